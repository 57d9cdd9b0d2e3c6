"""Reads JavaScript as far as texts go: what stands in strings and in templates, inside one another as Lit has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

HOLE = "\ufffc"  # where a template has an expression
STOP = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[`{}/]""", re.DOTALL)
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
BEFORE_REGEX = re.compile(r"(?:^|[(,=:\[!&|?{};]|\breturn)\s*$")  # after anything else a slash divides
TEMPLATE_STOP = re.compile(r"\\.|`|\$\{", re.DOTALL)
TAG = re.compile(r"(\w*)$")
SEEN = 400  # characters before a place that say what it is


@dataclass(frozen=True)
class Text:
    """A string or a template: where it begins, what it says, its tag (`html`), and the code right before it."""

    line: int
    text: str
    tag: str
    before: str


class Script:
    """The `texts` of a script, from strings and templates alike."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.texts: list[Text] = []
        self._read_code(0)

    def _read_code(self, at: int) -> int:
        """Up to the end, or to the brace that closes an expression in a template; where that is."""
        depth = 0
        while found := STOP.search(self.source, at):
            at, token = found.end(), found[0]
            if token == "`":
                at = self._read_template(found.start())
            elif token[0] in "\"'":
                self._note(found.start(), token[1:-1])
            elif token == "/":
                at = self._after_slash(found.start())
            elif token == "}" and depth == 0:
                return at
            else:
                depth += {"{": 1, "}": -1}.get(token, 0)
        return len(self.source)

    def _after_slash(self, at: int) -> int:
        regex = REGEX.match(self.source, at)
        return regex.end() if regex and BEFORE_REGEX.search(self.source[max(0, at - SEEN) : at]) else at + 1

    def _read_template(self, start: int) -> int:
        parts: list[str] = []
        at = start + 1
        while found := TEMPLATE_STOP.search(self.source, at):
            parts.append(self.source[at : found.start()])
            at = found.end()
            if found[0] == "`":
                break
            if found[0] == "${":
                parts.append(HOLE)
                at = self._read_code(at)
            else:
                parts.append(found[0])
        self._note(start, "".join(parts))
        return at

    def _note(self, start: int, text: str) -> None:
        before = self.source[max(0, start - SEEN) : start]
        tag = TAG.search(before)
        is_template = self.source[start] == "`"
        line = self.source.count("\n", 0, start) + 1
        self.texts.append(Text(line, text, tag[1] if tag and is_template else "", before))
