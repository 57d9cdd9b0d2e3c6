"""Holds what the streams saw against what the writers were answered."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.faults.reader import Reader
    from tests.faults.writer import Answered


@dataclass
class Verdict:
    """What went wrong, over all streams: zero everywhere is what is promised."""

    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    foreign: int = 0
    altered: int = 0  # answered with one id or seq, seen with another

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def __iadd__(self, other: Verdict) -> Verdict:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self


def judge(readers: Iterable[Reader], answered: Sequence[Answered]) -> Verdict:
    """Every stream by itself, added up. The streams were open before the first message was sent."""
    total = Verdict()
    for reader in readers:
        total += _judge_one(reader, answered)
    return total


def _judge_one(reader: Reader, answered: Sequence[Answered]) -> Verdict:
    times_seen = Counter(seen.id for seen in reader.seen)
    places = {seen.id: (seen.conversation, seen.seq) for seen in reader.seen}
    mine = [message for message in answered if message.conversation in reader.conversations]
    return Verdict(
        lost=sum(message.id not in times_seen for message in mine),
        twice=sum(times - 1 for times in times_seen.values()),
        out_of_order=_out_of_order(reader),
        foreign=sum(seen.conversation not in reader.conversations for seen in reader.seen),
        altered=sum(places.get(one.id, (one.conversation, one.seq)) != (one.conversation, one.seq) for one in mine),
    )


def _out_of_order(reader: Reader) -> int:
    """Steps within a conversation that do not go from one seq to the next; the first must be 1."""
    steps = 0
    for conversation in {seen.conversation for seen in reader.seen}:
        order = [0, *(seen.seq for seen in reader.seen if seen.conversation == conversation)]
        steps += sum(after != before + 1 for before, after in itertools.pairwise(order))
    return steps


def longest_gap_s(readers: Iterable[Reader]) -> float:
    """The longest time in which a stream that had got something and was to get more got nothing."""
    times = ([seen.at for seen in reader.seen] for reader in readers)
    return max((after - before for one in times for before, after in itertools.pairwise(one)), default=0.0)


def latencies_s(reader: Reader, answered: Iterable[Answered]) -> list[float]:
    """From the begin of each POST until the stream had the message."""
    seen_at = {seen.id: seen.at for seen in reversed(reader.seen)}
    return [seen_at[message.id] - message.sent_at for message in answered if message.id in seen_at]
