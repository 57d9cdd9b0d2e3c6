"""Translations: complete, compiled, and given to browsers."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation
from django.utils.translation import ngettext
from pytest_django import Settings

from config import catalogues, extracting

pytestmark = pytest.mark.once

LANGUAGES = [code for code, _name in django_settings.LANGUAGES if code != "en"]
DAYS = ("%(count)d day", "%(count)d days")
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=n != 1;\\n"

msgid "Hello"
msgstr "{}"
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", extracting.DOMAINS)
def test_every_text_is_translated_and_none_too_many(language: str, domain: str) -> None:
    """`manage.py translations` brings the catalogue up to date and says what is missing."""
    kept, marked = extracting.read(language, domain), extracting.found(domain)
    assert _ids(marked) - _ids(kept) == set()
    assert _ids(kept) - _ids(marked) == set()
    assert list(extracting.untranslated(kept)) == []
    assert list(extracting.misplaced(kept)) == []


def _ids(catalog: Catalog) -> set[object]:
    return {(message.context, message.id) for message in catalog if message.id}


def test_texts_are_found_in_templates_python_and_scripts() -> None:
    """Or the test above would prove nothing."""
    django, scripts = extracting.found("django"), extracting.found("djangojs")
    assert "Forgotten your password?" in django  # a template
    assert "This user name is taken." in django  # Python
    assert django.get("Message", context="verb") is not None
    assert ("Try again in %(wait_s)s second.", "Try again in %(wait_s)s seconds.") in {each.id for each in django}
    assert scripts.domain == "djangojs"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('html`<b>${a ? html`<i>${gettext("In a template")}</i>` : ""}</b>`', {"In a template"}),
        ('ngettext("%s day", "%s days", n)', {("%s day", "%s days")}),
        ("store.gettext('not ours'); gettext(variable)", set()),
        ('gettext("a \\"quoted\\" one")', {'a "quoted" one'}),
    ],
)
def test_texts_in_scripts(source: str, texts: set[object]) -> None:
    assert {text for _context, text in extracting._in_calls(source)} == texts


@pytest.mark.parametrize(
    ("text", "translation", "is_right"),
    [
        ("%(name)s joined", "انضم %(name)s", True),
        ("%(name)s joined", "انضم %(who)s", False),
        ("Hello {name}", "Hello", False),
        (
            DAYS,
            ("بلا أيام", "يوم", "يومان", "%(count)d", "%(count)d", "%(count)d"),
            True,
        ),
        (DAYS, ("", "", "", "", "", "%(n)d"), False),
    ],
)
def test_placeholders_are_compared(text: object, translation: object, is_right: bool) -> None:
    catalog = Catalog(locale="ar")
    catalog.add(text, translation)  # type: ignore[arg-type] # Babel's own types are narrower than what it takes
    assert (list(extracting.misplaced(catalog)) == []) is is_right


def test_plural_forms_are_djangos_own() -> None:
    """Six in Arabic: none, one, two, few, many, other. Babel numbers the last two the other way round."""
    with translation.override("ar"):
        texts = [ngettext("%(number)s person", "%(number)s people", count) for count in (0, 1, 2, 3, 11, 100)]
        assert len({*texts[:5]}) == 5
        assert ngettext("%(number)s person", "%(number)s people", 99) == texts[4]
        assert ngettext("%(number)s person", "%(number)s people", 102) == texts[5]


def test_a_changed_catalogue_is_compiled_again(settings: Settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    source = tmp_path / "ja" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format("こんにちは"), encoding="utf-8")
    compiled = source.with_suffix(".mo")
    catalogues.compile_changed()
    first = compiled.read_bytes()
    assert "こんにちは".encode() in first

    unchanged = compiled.stat().st_mtime_ns
    catalogues.compile_changed()
    assert compiled.stat().st_mtime_ns == unchanged

    source.write_text(PO.format("やあ"), encoding="utf-8")
    later = compiled.stat().st_mtime + 10
    os.utime(source, (later, later))
    catalogues.compile_changed()
    assert "やあ".encode() in compiled.read_bytes()
    assert list(tmp_path.rglob("*.mo")) == [compiled]  # nothing half done is left


def test_the_catalogue_of_a_browser_may_be_kept_for_ever(settings: Settings) -> None:
    with translation.override("ar"):
        address = catalogues.catalogue_address()
    assert re.fullmatch(r"/i18n/ar\.[0-9a-f]{16}\.js", address)
    answer = Client(headers={"accept-language": "ja"}).get(address)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Language"] == "ar"
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Vary"] == "Accept-Encoding"  # of whoever asks, nothing else
    assert "django.gettext" in answer.text
    assert "%100" in answer.text  # the plural forms of Arabic
    assert "Set-Cookie" not in answer

    other = Client().get("/i18n/ar.0000000000000000.js")  # of a process of another version
    assert (other.status_code, other["Cache-Control"], other.content) == (200, "no-cache", answer.content)
    assert Client().get("/i18n/xx.0000000000000000.js").status_code == 404


def test_english_needs_no_catalogue() -> None:
    with translation.override("en"):
        assert catalogues.catalogue_address() == ""
