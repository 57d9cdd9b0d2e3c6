"""The form in which text is searched: without case, accents, and what the eye does not see.

PostgreSQL's `brook_fold` (migration message_search) does the same in SQL, so that its index follows by itself; a test
compares the two. Whoever changes one changes both, with a migration that builds the indexes anew.
"""

from __future__ import annotations

import re
import unicodedata

# Accents of Latin, Greek and Cyrillic; Hebrew and Arabic vowel points; soft hyphen, joiners, variation selectors.
# Not the marks of Indic and Japanese writing: there they make another letter.
UNSEEN = (
    "\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670"
    "\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
)
# Letters with a stroke have no decomposition; phones write curly quotes and apostrophes by themselves.
LETTERS_FROM, LETTERS_TO = "øłđħŧı\u03c2\u2018\u2019\u201c\u201d", "oldhti\u03c3''\"\""
LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe"}

_UNSEEN = re.compile(f"[{UNSEEN}]")
_LETTERS = str.maketrans(dict(zip(LETTERS_FROM, LETTERS_TO, strict=True)) | LIGATURES)
# What may change, or vanish, with the character before it: marks, voicing of kana, vowels and finals of Hangul.
_SEGMENT = re.compile(
    rf"(?s:.)[{UNSEEN}\u0483-\u0489\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09d7\u0b3c-\u0b57"
    r"\u0bbe-\u0bd7\u0c3e-\u0c56\u0cbc-\u0cd6\u0d3e-\u0d57\u0dca-\u0ddf\u0e31-\u0e4e\u1037-\u103a\u102b-\u1036"
    r"\u1160-\u11ff\u3099\u309a\uff9e\uff9f]*"
)


def fold(text: str) -> str:
    """Text as it is indexed, and as it is looked for."""
    if text.isascii():
        return text.lower()
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_LETTERS)
    return unicodedata.normalize("NFC", plain)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Folded text, and for each of its characters (and its end) the place in the text that it comes from."""
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    folded: list[str] = []
    places: list[int] = []
    for segment in _SEGMENT.finditer(text):
        part = fold(segment.group())
        folded.append(part)
        places += [segment.start()] * len(part)
    return "".join(folded), [*places, len(text)]
