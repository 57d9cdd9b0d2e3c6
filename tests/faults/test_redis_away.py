"""Redis gives speed, the log gives truth: without Redis everything goes on, a little slower."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge, latencies_s
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Answered, Write
    from tests.services import Valkey

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

WRITERS = 3
SAY_EVERY_S = 0.12
CALM_S, AWAY_S = 2.0, 5.0
POST_WITHIN_S = 1.0
ARRIVES_WITHIN_S = 1.5
QUICK_S = 0.2
BACK_WITHIN_S = 10.0


def kill(valkey: Valkey) -> None:
    valkey.kill()


def revive(valkey: Valkey) -> None:
    valkey.start()


def pause(valkey: Valkey) -> None:
    valkey.pause()


def resume(valkey: Valkey) -> None:
    valkey.resume()


@pytest.mark.parametrize(("leave", "come_back"), [(kill, revive), (pause, resume)], ids=["killed", "paused"])
async def test_everything_goes_on_without_redis(
    house: House,
    pair: list[Server],
    follow: Follow,
    write: Write,
    show: Callable[..., None],
    leave: Callable[[Valkey], None],
    come_back: Callable[[Valkey], None],
) -> None:
    cast = house.cast(WRITERS + 1)
    spoken_to, other = pair
    # The streams hang on the process that nobody speaks to: all that they get has to come over.
    readers = await follow(cast, [WRITERS, WRITERS], [other])
    writers = [await write(cast, number, [spoken_to]) for number in range(WRITERS)]

    def said_since(began: float) -> list[Answered]:
        return [message for writer in writers for message in writer.answered if message.sent_at >= began]

    def median_s(began: float, last: int = 0) -> float:
        messages = sorted(said_since(began), key=lambda message: message.sent_at)[-last:]
        return statistics.median(latencies_s(readers[0], messages) or [99])

    enough = asyncio.Event()
    talks = [
        asyncio.create_task(writer.talk(itertools.repeat(cast.conversations[0]), SAY_EVERY_S, enough))
        for writer in writers
    ]
    calm_at = time.monotonic()
    await asyncio.sleep(CALM_S)
    left_at = time.monotonic()
    calm = median_s(calm_at)
    await asyncio.to_thread(leave, house.valkey)
    await asyncio.sleep(AWAY_S)
    away = said_since(left_at)
    await asyncio.to_thread(come_back, house.valkey)
    back_at = time.monotonic()
    is_quick_again = await eventually(
        lambda: len(said_since(back_at)) >= 20 and median_s(back_at, last=20) < QUICK_S, BACK_WITHIN_S
    )
    quick_at = time.monotonic()
    await asyncio.sleep(CALM_S)
    enough.set()
    await asyncio.gather(*talks)
    answered = said_since(0)
    await eventually(lambda: all(len(reader.seen) >= len(answered) for reader in readers), 5)

    verdict = judge(readers, answered)
    without = [latency for reader in readers for latency in latencies_s(reader, away)]
    again = median_s(quick_at)
    show(
        f"{leave.__name__} Redis for {AWAY_S:.0f} s",
        answered=len(answered),
        answered_without_it=len(away),
        failed_posts=sum(len(writer.failures) for writer in writers),
        slowest_POST_s=max(message.took_s for message in answered),
        median_before_s=calm,
        median_without_it_s=statistics.median(without),
        slowest_without_it_s=max(without),
        quick_again_after_s=quick_at - back_at,
        median_after_s=again,
        **asdict(verdict),
    )
    assert not any(writer.failures for writer in writers)
    assert max(message.took_s for message in answered) < POST_WITHIN_S
    assert max(without) < ARRIVES_WITHIN_S
    assert is_quick_again
    assert calm < QUICK_S
    assert again < QUICK_S
    assert not any(reader.resets for reader in readers)
    assert not verdict
