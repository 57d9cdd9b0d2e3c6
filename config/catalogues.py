"""The texts in other languages: compiled for Django, and as one script a language for the browser.

docs/languages.md says how they are made.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog, builtin_template_path

from config.static_files import compressed_for

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

FOR_EVER = "public, max-age=31536000, immutable"


def compile_changed() -> None:
    """Make each .mo file that is missing or older than its .po file; several processes may do it at once."""
    for source in _sources():
        compiled = source.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _compile(source, compiled)
        except OSError as error:
            logger.warning("no translations of %s: %s", source.relative_to(settings.BASE_DIR), error.strerror)


def _sources() -> Iterator[Path]:
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))


def _compile(source: Path, compiled: Path) -> None:
    from babel.messages.mofile import write_mo  # only here: it takes as long to import as much of Django
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], domain=source.stem)
    unfinished = compiled.with_suffix(f".{os.getpid()}.mo")
    try:
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(compiled)
    finally:
        unfinished.unlink(missing_ok=True)


@require_safe
def catalogue(request: HttpRequest, language: str, version: str) -> HttpResponse:
    """What the scripts say in one language, at an address for each state of it, so that it may be kept for ever.

    During a change of versions one process may be asked for what another has: it gives its own, not to be kept.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    script, current = _catalogue(language)
    response = compressed_for(request, script, "text/javascript; charset=utf-8")
    response["Content-Language"] = language
    response["Cache-Control"] = FOR_EVER if version == current else "no-cache"
    return response


def catalogue_address() -> str:
    """Where the script of the current language is; empty for English, in which the scripts are written."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return "" if language.startswith("en") else reverse("catalogue", args=[language, _catalogue(language)[1]])


def _catalogue(language: str) -> tuple[bytes, str]:
    if settings.DEBUG:
        _catalogue_as_started.cache_clear()
    return _catalogue_as_started(language)


@functools.cache
def _catalogue_as_started(language: str) -> tuple[bytes, str]:
    with translation.override(language):
        script: bytes = _Catalogue().get(HttpRequest()).content
    return script, hashlib.blake2b(script, digest_size=8).hexdigest()


class _Catalogue(JavaScriptCatalog):
    """Ours alone, without those of Django's administration, and in as few bytes as they need."""

    packages = ["config"]  # noqa: RUF012 - as Django declares it; LOCALE_PATHS are read besides

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Django's template, with texts as they are instead of `\\u0627`."""
        template = Engine().from_string(builtin_template_path("i18n_catalog.js").read_text(encoding="utf-8"))
        shown = {
            "plural": context["plural"],
            "catalog_str": orjson.dumps(context["catalog"], option=orjson.OPT_SORT_KEYS).decode(),
            "formats_str": orjson.dumps(context["formats"], option=orjson.OPT_SORT_KEYS).decode(),
        }
        return HttpResponse(template.render(Context(shown)), "text/javascript")
