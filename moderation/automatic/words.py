"""The blocked words, kept in each process and found in a text without a query.

Whole words and phrases are looked up by the words of the text: what that costs does not grow with the list. What is
looked for inside of words is looked for one by one.
"""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.mentioning import UNSPACED_CHARACTER
from moderation.automatic.folding import fold, without_accents, without_marks
from moderation.models import BlockedWord, WordAction, WordList, WordScope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LOOKED_EVERY_S = 2.0
WORD = re.compile(r"\w+")
EVERYWHERE = (WordScope.GROUPS, WordScope.PROFILES, "")  # the last: in direct conversations


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the list that a text has."""

    text: str
    action: str


class _Index:
    """The words of one place that are compared in one way."""

    def __init__(self) -> None:
        self._whole: dict[str, Found] = {}
        self._longest = 0  # how many words a phrase has at most
        self._inside: list[tuple[str, re.Pattern[str] | None, Found]] = []

    def add(self, needle: str, found: Found, *, whole: bool) -> None:
        words = WORD.findall(needle)
        if whole and words and needle.startswith(words[0]) and needle.endswith(words[-1]):
            key = " ".join(words)
            self._whole[key] = _stricter(self._whole.get(key), found)
            self._longest = max(self._longest, len(words))
        else:  # what begins or ends with other characters is none of a text's words: "c++"
            edges = re.compile(rf"(?<!\w){re.escape(needle)}(?!\w)") if whole else None
            self._inside.append((needle, edges, found))

    def find(self, text: str) -> Iterator[Found]:
        for needle, edges, found in self._inside:
            if needle in text and (edges is None or edges.search(text)):
                yield found
        if self._whole:
            words = WORD.findall(text)
            for length in range(1, self._longest + 1):
                for start in range(len(words) - length + 1):
                    found_here = self._whole.get(" ".join(words[start : start + length]))
                    if found_here is not None:
                        yield found_here


def _stricter(one: Found | None, other: Found) -> Found:
    return one if one is not None and one.action == WordAction.REFUSE else other


class Words:
    """A list of blocked words, ready to be looked for."""

    def __init__(self, rows: Iterable[BlockedWord] = ()) -> None:
        self._indexes: defaultdict[str, dict[bool, _Index]] = defaultdict(dict)
        for row in rows:
            found = Found(row.text, row.action)
            needle = row.folded if row.keeps_accents else without_accents(row.folded)
            whole = row.is_whole and not UNSPACED_CHARACTER.search(needle)
            for place in EVERYWHERE if row.scope == WordScope.ALL else (row.scope,):
                index = self._indexes[place].setdefault(row.keeps_accents, _Index())
                index.add(needle, found, whole=whole)

    def find(self, text: str, place: str) -> list[Found]:
        """Those that a text has, each once; those that refuse it come first.

        Args:
            place: `accounts.screening.PROFILES` or `GROUPS`; empty: a direct conversation.
        """
        indexes = self._indexes.get(place)
        if not indexes:
            return []
        seen: dict[Found, None] = {}
        for said in _readings(text):
            for keeps_accents, index in indexes.items():
                seen.update(dict.fromkeys(index.find(said if keeps_accents else without_accents(said))))
        return sorted(seen, key=lambda found: (found.action != WordAction.REFUSE, found.text))


def _readings(text: str) -> set[str]:
    """A text as it is written, and as it is shown."""
    return {fold(text), fold(without_marks(text))}


class Held:
    """The list as this process has it: looked at every two seconds, at most, by whoever needs it then."""

    def __init__(self) -> None:
        self._words = Words()
        self._version = 0
        self._look_at = 0.0
        self._lock = threading.Lock()

    def current(self) -> Words:
        """The list, at most two seconds old."""
        if time.monotonic() >= self._look_at and self._lock.acquire(blocking=False):
            try:
                self._look_at = time.monotonic() + LOOKED_EVERY_S
                version = WordList.objects.version()
                if version != self._version:
                    self._words = Words(BlockedWord.objects.all())
                    self._version = version
            finally:
                self._lock.release()
        return self._words

    def rest(self) -> None:
        """Look no more until somebody says that the list has changed. For tests that count queries."""
        self._look_at = float("inf")

    def forget(self) -> None:
        """The list has changed: look before it is needed next."""
        self._look_at = 0.0


HELD = Held()
