"""Finds the texts that are marked for translation, and keeps the catalogues in locale/ in step with them.

Django's own `makemessages` needs gettext's tools, which few machines have; this needs Babel alone.
"""

from __future__ import annotations

import ast
import io
import re
from typing import TYPE_CHECKING, Any

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

APPS = ("accounts", "chat", "config", "moderation", "notifications", "presence", "realtime")
DOMAINS = ("django", "djangojs")
# Function -> what its arguments are: c = context, s = text, p = its plural.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), "s"),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), "sp"),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), "cs"),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), "csp"),
}
WIDTH = 110
_LITERAL = r"""u?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
# In JavaScript, and in what `templatize` makes of a template: calls with literals, wherever they stand. No tokenizer of
# Babel's follows templates inside templates.
_CALL = re.compile(rf"(?<![\w.$])(\w+)\(\s*{_LITERAL}(?:\s*,\s*{_LITERAL})?(?:\s*,\s*{_LITERAL})?")
_MOVING_HEADER = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator).*\n', re.MULTILINE)

Message = tuple[str | None, str | tuple[str, str]]  # context, text or text and plural


def found(domain: str) -> Catalog:
    """A catalogue with every text that is marked, and nothing translated."""
    catalog = Catalog(domain=domain, fuzzy=False)
    for path in sorted(_files(domain)):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for context, text in _messages_in(path):
            catalog.add(text, locations=[(name, 0)], context=context)
    return catalog


def _files(domain: str) -> Iterator[Path]:
    root: Path = settings.BASE_DIR
    if domain == "djangojs":
        yield from (root / "static" / "js").rglob("*.js")
        return
    yield from (path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"})
    for app in APPS:
        yield from (path for path in (root / app).rglob("*.py") if "migrations" not in path.parts)


def _messages_in(path: Path) -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _in_python(source)
    return _in_calls(source if path.suffix == ".js" else templatize(source, path.name))


def _in_python(source: str) -> Iterator[Message]:
    keywords: Any = dict.fromkeys(KEYWORDS)
    calls: Iterator[Any] = extract_python(io.BytesIO(source.encode()), keywords, (), {})
    for _line, function, texts, _comments in calls:
        if texts:  # else it is a variable, whose texts are marked where they are written
            yield _message(function, [texts] if isinstance(texts, str) else list(texts))


def _in_calls(source: str) -> Iterator[Message]:
    for match in _CALL.finditer(source):
        function, *literals = match.groups()
        if function in KEYWORDS:
            yield _message(function, [ast.literal_eval(literal) for literal in literals if literal])


def _message(function: str, texts: list[str | None]) -> Message:
    given = dict(zip(KEYWORDS[function], texts, strict=False))
    text, plural = given.get("s"), given.get("p")
    if not text or ("p" in KEYWORDS[function] and not plural):
        raise ValueError(f"{function}({', '.join(map(repr, texts))}): a text to translate must be written out")
    return given.get("c"), (text, plural) if plural else text


def catalogue_path(language: str, domain: str) -> Path:
    """Where the texts of a domain are in a language."""
    path: Path = settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / f"{domain}.po"
    return path


def read(language: str, domain: str) -> Catalog:
    """The catalogue as it is kept; an empty one where there is none yet."""
    path = catalogue_path(language, domain)
    if not path.is_file():
        return Catalog(locale=language, domain=domain, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def update(language: str, domain: str) -> list[str]:
    """Add what is new, without a translation, and drop what is gone; what is still to be translated."""
    catalog = read(language, domain)
    catalog.update(found(domain), no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(written, catalog, width=WIDTH, ignore_obsolete=True, include_lineno=False, omit_header=False)
    path = catalogue_path(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_MOVING_HEADER.sub("", written.getvalue().decode()), encoding="utf-8")
    return list(untranslated(catalog))


def untranslated(catalog: Catalog) -> Iterator[str]:
    """The texts of a catalogue that have no translation, not all plurals, or one that somebody must look at."""
    for message in catalog:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(strings) or _has_too_few(message.id, strings, catalog)):
            yield _name(message.id)


def _has_too_few(identifier: Any, strings: Iterable[Any], catalog: Catalog) -> bool:
    return isinstance(identifier, tuple | list) and len(list(strings)) != catalog.num_plurals


def _name(identifier: Any) -> str:
    return str(identifier if isinstance(identifier, str) else identifier[0])


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")


def misplaced(catalog: Catalog) -> Iterator[str]:
    """The texts whose translation has other placeholders. In a plural one may say “one”, without the number."""
    for message in catalog:
        if not message.id:
            continue
        texts: list[Any] = [message.id] if isinstance(message.id, str) else list(message.id)
        strings: list[Any] = [message.string] if isinstance(message.string, str) else list(message.string or [])
        wanted = set(PLACEHOLDER.findall(texts[-1]))
        allowed = wanted.union(*map(PLACEHOLDER.findall, texts))
        for number, string in enumerate(strings):
            has = set(PLACEHOLDER.findall(string))
            may_leave_out = len(texts) > 1 and number < len(strings) - 1
            if not has <= allowed or (has != wanted and not may_leave_out):
                yield f"{_name(message.id)} -> {string}"
