"""Which messages a notification counts: their numbers in order, each alone or as a run [first, last].

So a hundred messages in a row are one entry, and what is read or deleted of them is counted off exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Runs = list["int | list[int]"]

MOST = 100  # runs: what came before them is counted, but not remembered


def has(runs: Runs, seq: int) -> bool:
    """Whether a message is among them."""
    return any(first <= seq <= last for first, last in _pairs(runs))


def first_of(runs: Runs) -> int:
    """The number of the first one; 0 where there is none."""
    return next((first for first, _last in _pairs(runs)), 0)


def last_of(runs: Runs) -> int:
    """The number of the last one; 0 where there is none."""
    return next((last for _first, last in _pairs(runs[-1:])), 0)


def size(runs: Runs) -> int:
    """How many they are."""
    return sum(last - first + 1 for first, last in _pairs(runs))


def with_one(runs: Runs, seq: int) -> Runs:
    """And one that came after them."""
    *before, newest = [*_pairs(runs)] or [(seq, seq)]
    joined = [(newest[0], seq)] if newest[1] >= seq - 1 else [newest, (seq, seq)]
    return _kept([*before, *joined][-MOST:])


def without_one(runs: Runs, seq: int) -> Runs:
    """But one."""
    parts = [
        part
        for first, last in _pairs(runs)
        for part in ([(first, seq - 1), (seq + 1, last)] if first <= seq <= last else [(first, last)])
    ]
    return _kept((first, last) for first, last in parts if first <= last)


def after(runs: Runs, upto: int) -> Runs:
    """Those that came after a message."""
    return _kept((max(first, upto + 1), last) for first, last in _pairs(runs) if last > upto)


def _pairs(runs: Runs) -> Iterator[Sequence[int]]:
    return ((run, run) if isinstance(run, int) else run for run in runs)


def _kept(pairs: Iterable[Sequence[int]]) -> Runs:
    return [first if first == last else [first, last] for first, last in pairs]
