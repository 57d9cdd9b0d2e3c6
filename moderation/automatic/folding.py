"""Texts as they are compared: what looks the same is the same."""

from __future__ import annotations

import functools
import unicodedata

from accounts.names import UNSEEN_LETTERS

# Beside the dashes (Pd) and quotes (Pi, Pf) of Unicode: what is drawn like them and is of other categories.
LIKE_DASHES = "\u2212\u02d7\u2043"
LIKE_QUOTES = "'\"`\u00b4\u2032\u2033\u02b9\u02bb\u02bc\u02bd\u02c8\u05f3\u05f4\u201a\u201e\u3003\ua78b\ua78c"
LIKE_DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u30fb\u3002\u06d4\u0701\u0702"
LIKE_SLASHES = "\u2044\u2215\u29f8"
UNSEEN_MARKS = frozenset("\u034f\u17b4\u17b5")
SELECTORS = [*range(0xFE00, 0xFE10), *range(0x180B, 0x180E), *range(0xE0100, 0xE01F0)]  # of variations
MARKS = str.maketrans("", "", "*_~`\\")  # of Markdown: between two letters nobody sees them


def fold(text: str) -> str:
    """NFKC without case, without what nobody sees, with one kind of dash, quote, dot and space."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").replace('"', "'").split())
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(unicodedata.normalize("NFC", plain.translate(_alike())).split())


def without_accents(folded: str) -> str:
    """The letters alone, without marks above and below them."""
    if folded.isascii():
        return folded
    bare = "".join(each for each in unicodedata.normalize("NFD", folded) if unicodedata.category(each) != "Mn")
    return unicodedata.normalize("NFC", bare)


def without_marks(text: str) -> str:
    """A text as it is shown, as far as that takes no parser: `b**a**d` reads "bad"."""
    return text.translate(MARKS)


@functools.cache
def _alike() -> dict[int, str | None]:
    """What becomes of a character: worked out at the first text that is not ASCII."""
    table: dict[int, str | None] = dict.fromkeys([*map(ord, UNSEEN_LETTERS | UNSEEN_MARKS), *SELECTORS])
    for code in [*range(0x80, 0x20000), *range(0xE0000, 0xE1000)]:
        category = unicodedata.category(chr(code))
        if category == "Cf":
            table[code] = None
        elif category == "Pd":
            table[code] = "-"
        elif category in {"Pi", "Pf"}:
            table[code] = "'"
    for kind, like in (("-", LIKE_DASHES), ("'", LIKE_QUOTES), (".", LIKE_DOTS), ("/", LIKE_SLASHES)):
        table.update(dict.fromkeys(map(ord, like), kind))
    return table
