"""The beginning of a message as one plain line, for whoever shows a reply to it."""

from __future__ import annotations

import re
import unicodedata

EXCERPT_CHARACTERS = 140
LOOKED_AT = 1000  # what comes after cannot be in an excerpt that anybody reads
ZERO_WIDTH_JOINER = "\u200d"

BLOCK = re.compile(r"```(?:[\w+-]*\n)?(.*?)```", re.DOTALL)
# The subset of Markdown that static/js/markup.js draws; lengths are bounded, so that it is never slow.
MARKS = re.compile(
    r"`(?P<code>[^`\n]{1,500})`"
    r"|\*\*(?P<bold>[^\s*](?:[^\n]{0,500}?[^\s])??)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*\n]{0,500}?[^\s*])?)\*(?![\w*])"
    r"|(?<!~)~~(?P<struck>[^\s~](?:[^~\n]{0,500}?[^\s~])?)~~(?!~)"
)


def excerpt(content: str) -> str:
    """At most 140 characters of plain text on one line; no character that is seen as one is cut in two."""
    text = BLOCK.sub(r" \1 ", content[:LOOKED_AT])
    line = " ".join(_without_marks(text).split())
    if len(line) <= EXCERPT_CHARACTERS:
        return line
    end = EXCERPT_CHARACTERS - 1
    while end > 0 and _belong_together(line[end - 1], line[end]):
        end -= 1
    return line[:end].rstrip() + "…"


def _without_marks(text: str) -> str:
    return MARKS.sub(_inside, text)


def _inside(match: re.Match[str]) -> str:
    code = match["code"]
    return code if code is not None else _without_marks(match["bold"] or match["italic"] or match["struck"])


def _belong_together(before: str, after: str) -> bool:
    """Whether two characters are drawn as one: combining marks, joined emoji, skin tones, flags (UAX #29, roughly)."""
    return (
        ZERO_WIDTH_JOINER in (before, after)
        or unicodedata.category(after) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (before, after))
    )
