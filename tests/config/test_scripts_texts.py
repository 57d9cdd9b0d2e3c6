"""What the scripts say goes through the catalogues: no English stands in them for itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.javascript import HOLE, Script, Text

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
SPOKEN = {"alt", "aria-description", "aria-label", "aria-valuetext", "label", "placeholder", "title"}
AS_IT_IS = {"code", "kbd", "style", "svg"}  # the names of keys are not translated
WORD = re.compile(r"[^\W\d_]{2,}")
# Of strings: a sentence or the beginning of one, or one word as a label has it.
SENTENCE = re.compile(
    rf"^(?:[A-Z][a-z]+|[A-Z])(?:[ ,][^A-Z]*[a-z{HOLE}]|[.…?]$)|[a-z] [a-z]+ [a-z]+ [a-z]|^[A-Z][a-z]+$",
)
MARKED = re.compile(r"""\b(?:n?p?gettext)\(\s*(?:"[^"]*",\s*){0,2}$""")
NAMES = {  # of keys, headers, types and programs
    *("Accept", "Alt", "Brook", "Ctrl", "Enter", "Esc", "Escape", "Files", "Notification", "Shift", "Tab"),
    f"Bearer {HOLE}",
}
NOT_SHOWN = re.compile(r"(?:Error|querySelector(?:All)?|matches|closest|startsWith|debug)\((?:\"\w+\", )?$")


class Spoken(HTMLParser):
    """Collects what a template shows or says by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read out or shown."""
        self.inside += [tag] if tag in AS_IT_IS else []
        self.found += [value for name, value in attrs if name in SPOKEN and value and WORD.search(value)]

    def handle_endtag(self, tag: str) -> None:
        """The end of what is as it is."""
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self.inside and WORD.search(data):
            self.found.append(" ".join(data.split()))


def said_plainly(text: Text) -> list[str]:
    """The English in one string or template that no catalogue is asked about."""
    if text.tag in {"html", "svg"}:
        spoken = Spoken()
        spoken.feed(text.text)
        return spoken.found
    is_excepted = text.text in NAMES or MARKED.search(text.before) or NOT_SHOWN.search(text.before)
    return [] if is_excepted or not SENTENCE.search(text.text) else [text.text]


def in_script(source: str) -> list[str]:
    """The same of a script, with lines."""
    return [f"{text.line}: {said}" for text in Script(source).texts for said in said_plainly(text)]


def test_no_english_stands_for_itself() -> None:
    """Write `gettext("…")` of static/js/i18n.js around it: docs/languages.md."""
    found = {path.relative_to(SCRIPTS).as_posix(): in_script(path.read_text()) for path in SCRIPTS.rglob("*.js")}
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("html`<p>Hello</p>`", "1: Hello"),
        ('html`<p>${ok ? html`<b title="Not sent">${name}</b>` : nothing}</p>`', "1: Not sent"),
        ('html`<p>${gettext("Hello")} ${\'it\'}</p>\n<i aria-label="Remove ${name}"></i>`', f"1: Remove {HOLE}"),
        ('const a = /"`/.test(b) / 2;\nstore.toast("It is gone.");', "2: It is gone."),
        ('// don\'t\nlabel: "Reply"', "2: Reply"),
        ("toast(`Remove ${name}?`)", f"1: Remove {HOLE}?"),
    ],
)
def test_what_it_finds(source: str, said: str) -> None:
    """So that the rule above can fail."""
    assert in_script(source) == [said]


def test_what_it_leaves_alone() -> None:
    """Marked texts, keys, selectors, what is no language."""
    source = """
      html`<kbd>Esc</kbd><brook-badge class="row-time" user=${id}></brook-badge> · @${name}`;
      ngettext("%(count)s reply", "%(count)s replies", 2); pgettext("verb", "Pin");
      if (event.key === "Enter") document.querySelector("main .log > a"); // A comment is no text
    """
    assert in_script(source) == []
