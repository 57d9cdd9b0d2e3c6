"""Everybody comes back at once, with 20 events missed each."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.faults.checker import judge
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

STREAMS_EACH = 8
MISSED = 20
BACK_WITHIN_S = 240


@pytest.mark.timeout(900)
async def test_a_herd_comes_back_at_once_and_has_missed_nothing(
    house: House, serve: Callable[..., Server], follow: Follow, write: Write, show: Callable[..., None], full: bool
) -> None:
    streams = 2000 if full else 200
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cast = house.cast(streams // STREAMS_EACH + 1)
    conversation = cast.conversations[0]
    left, other = serve("left"), serve("other")
    await asyncio.gather(left.ready(), other.ready())
    alice = await write(cast, 0, [other])
    readers = await follow(cast, [1 + number // STREAMS_EACH for number in range(streams)], [left])
    await alice.say(conversation)
    assert await eventually(lambda: all(len(reader.seen) == 1 for reader in readers), BACK_WITHIN_S)

    left.kill()
    await asyncio.gather(*(reader.close() for reader in readers))
    for _ in range(MISSED):
        last = await alice.say(conversation)
    left.start()  # remembers nothing: what they missed is read from the log
    await left.ready()
    cpu, mine = sum(left.process.cpu_times()[:2]), sum(psutil.Process().cpu_times()[:2])
    began = time.monotonic()
    for reader in readers:
        reader.open()
    assert await eventually(lambda: all(reader.saw(last.id) for reader in readers), BACK_WITHIN_S)
    took_s = time.monotonic() - began
    waits = sorted((reader.saw(last.id) or 0) - began for reader in readers)

    verdict = judge(readers, alice.answered)
    show(
        f"a herd of {streams:,} comes back at once, {MISSED} events missed each",
        all_back_after_s=took_s,
        half_of_them_after_s=waits[len(waits) // 2],
        CPU_s_of_the_server=sum(left.process.cpu_times()[:2]) - cpu,
        CPU_s_of_the_clients=sum(psutil.Process().cpu_times()[:2]) - mine,
        connects=dict(Counter(reader.connects for reader in readers)),
        resets=sum(len(reader.resets) for reader in readers),
        lost=verdict.lost,
        twice=verdict.twice,
        out_of_order=verdict.out_of_order,
    )
    assert not any(reader.resets for reader in readers)
    assert not verdict
