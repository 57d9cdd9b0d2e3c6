"""The promise in one test: nothing that was answered is lost, twice or out of order, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge, longest_gap_s
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.reader import Follow
    from tests.faults.server import Cast, House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

PEOPLE, STREAMS, WRITERS = 10, 20, 4
GROUPS = [[0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 6], [0, 7]]  # beside the one that everybody is in
SHORT_S, LONG_S = 11.0, 300.0
KILL_EVERY_S = 2.5
AT_LEAST = 4  # kills
SAY_EVERY_S = 0.07
SETTLE_S = 60


async def kill_in_turn(servers: list[Server], seconds: float) -> int:
    """kill -9 and start again at once, one after the other; how many that were.

    A slow machine gets the time to start them, and kills fewer: each a few times at least.
    """
    kills, end = 0, time.monotonic() + seconds
    for server in itertools.cycle(servers):
        if time.monotonic() + KILL_EVERY_S > end and kills >= AT_LEAST:
            break
        await asyncio.gather(*(one.ready() for one in servers), asyncio.sleep(KILL_EVERY_S))
        server.kill()
        server.start()
        kills += 1
    return kills


async def kill_services(house: House, seconds: float) -> None:
    """Redis a third of the way in, PostgreSQL after half of it; both are started again at once."""
    await asyncio.sleep(seconds / 3)
    await asyncio.to_thread(house.valkey.kill)
    await asyncio.to_thread(house.valkey.start)
    await asyncio.sleep(seconds / 6)
    await asyncio.to_thread(house.postgres.kill)
    await asyncio.to_thread(house.postgres.start)


def anywhere(cast: Cast, writer: int) -> Iterator[str]:
    """The conversations a writer speaks in, one message here, one there."""
    dice = random.Random(writer)
    while True:
        yield dice.choice(cast.conversations_of(writer))


@pytest.mark.timeout(1200)
async def test_nothing_is_lost_twice_or_out_of_order(
    house: House,
    pair: list[Server],
    follow: Follow,
    write: Write,
    show: Callable[..., None],
    full: bool,
) -> None:
    cast = house.cast(PEOPLE, GROUPS)
    readers = await follow(cast, [number % PEOPLE for number in range(STREAMS)], pair)
    writers = [await write(cast, number, pair) for number in range(WRITERS)]
    seconds = LONG_S if full else SHORT_S

    enough = asyncio.Event()
    talks = [
        asyncio.create_task(writer.talk(anywhere(cast, number), SAY_EVERY_S, enough))
        for number, writer in enumerate(writers)
    ]
    began = time.monotonic()
    kills, *_ = await asyncio.gather(kill_in_turn(pair, seconds), kill_services(house, seconds), asyncio.sleep(seconds))
    enough.set()
    await asyncio.gather(*talks)
    last = await writers[0].say(cast.conversations[0], "That was all")
    await asyncio.gather(*(server.ready() for server in pair))
    took = time.monotonic() - began
    assert await eventually(lambda: house.place_of(last.id), SETTLE_S)
    end = house.place_of(last.id) or 0
    await eventually(lambda: all(reader.pos >= end for reader in readers), SETTLE_S)

    answered = [message for writer in writers for message in writer.answered]
    verdict = judge(readers, answered)
    saved = house.ask("SELECT count(*) FROM chat_message WHERE conversation_id = ANY(%s::uuid[])", cast.conversations)
    show(
        f"{WRITERS} writers, {STREAMS} streams, {took:.0f} s, everything killed",
        answered=len(answered),
        saved=saved,
        sent_again=sum(message.attempts > 1 for message in answered),
        deliveries=sum(len(reader.seen) for reader in readers),
        kills_of_processes=kills,
        kills_of_Redis_and_PostgreSQL=2,
        reconnects=sum(reader.connects - 1 for reader in readers),
        resets=sum(len(reader.resets) for reader in readers),
        longest_delivery_gap_s=longest_gap_s(readers),
        **asdict(verdict),
    )
    assert sum(reader.connects - 1 for reader in readers) >= STREAMS
    assert not any(reader.resets for reader in readers)
    assert saved == len(answered)
    assert not verdict
