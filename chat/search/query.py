"""What a person types into a search box: words, "phrases", and filters such as from:bob or has:link."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chat.search.fold import fold

if TYPE_CHECKING:
    from accounts.models import User

MAX_QUERY = 1000  # characters
MAX_TERMS = 20
_PART = re.compile(
    r'(?:(?P<key>from|in|before|after|has):)?(?:"(?P<phrase>(?:\\["\\]|[^"])*)"?|(?P<word>[^\s"]+))', re.IGNORECASE
)
_ESCAPED = re.compile(r'\\(["\\])')
_CURLY = str.maketrans(dict.fromkeys("\u201c\u201d\u201e", '"'))  # phones write them by themselves


class TooManyTerms(ValueError):
    """More words than anybody looks for."""


@dataclass(frozen=True)
class Typed:
    """A query in its parts; the terms are folded, the filters as they were typed."""

    terms: list[str] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)


def parse(text: str) -> Typed:
    """Take a query apart. A quote that is not closed reaches to the end.

    Inside quotes a backslash stands before a quote, and before a backslash that is not to do so.

    Raises:
        TooManyTerms: there are more than `MAX_TERMS` words and filters.
    """
    typed = Typed()
    for part in _PART.finditer(straight(text)):
        key, phrase, word = part.group("key", "phrase", "word")
        said = word if phrase is None else _ESCAPED.sub(r"\1", phrase)
        if key:
            typed.filters.append((key.lower(), said))
            continue
        term = fold(said).strip()
        if term and term not in typed.terms:
            typed.terms.append(term)
    if len(typed.terms) + len(typed.filters) > MAX_TERMS:
        raise TooManyTerms
    return typed


def straight(text: str) -> str:
    """With plain double quotes in the place of curly ones."""
    return text.translate(_CURLY)


def moment(text: str, user: User) -> datetime:
    """An ISO 8601 date (its first moment, where the person lives) or time (there, unless it says where).

    Raises:
        ValueError: it is neither.
    """
    found = datetime.fromisoformat(text)
    try:
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(user.time_zone))
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
