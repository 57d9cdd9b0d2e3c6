"""What the templates say goes through the catalogues: no English stands in them for itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.config.test_scripts_texts import WORD, Spoken

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MARKED = re.compile(r"\{% blocktranslate\b.*?\{% endblocktranslate %\}|_\(\"[^\"]*\"\)", re.DOTALL)
UNSEEN = re.compile(
    r"\{#.*?#\}|<(style|script)\b.*?</\1>|\{% block (?:\w*class|coltype|\w+_current) %\}.*?(?=\{% endblock)", re.DOTALL
)
DEFAULT = re.compile(r"\|default(?:_if_none)?:\"([^\"]+)\"")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
NAMES = {"API", "Brook"}
INITIALS = re.compile(r"[A-Z]{2}")  # in the picture of the page of welcome


def said_plainly(source: str) -> list[str]:
    """The English in a template that no catalogue is asked about."""
    unmarked = UNSEEN.sub("", MARKED.sub("", source))
    spoken = Spoken()
    spoken.feed(TAG.sub("·", unmarked))
    found = [*spoken.found, *DEFAULT.findall(unmarked)]
    parts = [part.strip() for text in found for part in text.split("·")]
    return [part for part in parts if WORD.search(part) and part not in NAMES and not INITIALS.fullmatch(part)]


def test_no_english_stands_for_itself() -> None:
    """Write `{% translate "…" %}` around it: docs/languages.md."""
    found = {path.relative_to(TEMPLATES).as_posix(): said_plainly(path.read_text()) for path in TEMPLATES.rglob("*.*")}
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<p>Hello</p>", "Hello"),
        ('<p>{% translate "Hello" %} you</p>', "you"),
        ('<a title="Go on" href="{% url "home" %}">{{ name }}</a>', "Go on"),
        ('<p>{{ name|default:"nobody" }}{{ name|default:_("nobody") }}</p>', "nobody"),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}, again", ", again"),
    ],
)
def test_what_it_finds(source: str, said: str) -> None:
    """So that the rule above can fail."""
    assert said_plainly(source) == [said]
