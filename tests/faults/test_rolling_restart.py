"""A new version is rolled out while everybody talks: one process after the other, behind a balancer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge, longest_gap_s
from tests.faults.waiting import eventually
from tests.faults.wall import Wall

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

WRITERS, STREAMS = 3, 30
SAY_EVERY_S = 0.05


@pytest.mark.timeout(600)
async def test_no_post_fails_and_the_streams_move(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None], full: bool
) -> None:
    cast = house.cast(10)
    async with Wall(*(server.port for server in pair)) as balancer:
        readers = []
        for start in range(0, STREAMS, 10):
            readers += await follow(cast, [(start + number) % 10 for number in range(10)], [balancer])
        writers = [await write(cast, number, [balancer], keep_alive=False) for number in range(WRITERS)]
        enough = asyncio.Event()
        talks = [
            asyncio.create_task(writer.talk(iter(lambda: cast.conversations[0], None), SAY_EVERY_S, enough))
            for writer in writers
        ]
        began, codes, spreads = time.monotonic(), [], []
        for server in pair * (5 if full else 1):
            told_at = time.monotonic()
            code, _took_s = await server.stop()
            codes.append(code)
            lost = [at for reader in readers for at in reader.lost_at if at >= told_at]
            spreads.append(max(lost) - min(lost))
            server.start()
            await server.ready()
        enough.set()
        await asyncio.gather(*talks)
        took_s = time.monotonic() - began
        last = await writers[0].say(cast.conversations[0])
        assert await eventually(lambda: all(reader.saw(last.id) for reader in readers), 30)

        answered = [message for writer in writers for message in writer.answered]
        verdict = judge(readers, answered)
        show(
            f"{len(codes)} restarts in turn, {WRITERS} writers and {STREAMS} streams behind a balancer",
            took_s=took_s,
            answered=len(answered),
            failed_posts=sum(len(writer.failures) for writer in writers),
            slowest_POST_s=max(message.took_s for message in answered),
            refused_and_handed_on=balancer.refused,
            reconnects=sum(reader.connects - 1 for reader in readers),
            streams_left_spread_over_s=min(spreads),
            longest_delivery_gap_s=longest_gap_s(readers),
            resets=sum(len(reader.resets) for reader in readers),
            **asdict(verdict),
        )
    assert set(codes) == {0}
    assert [failure for writer in writers for failure in writer.failures] == []
    assert min(spreads) > 0.5
    assert not any(reader.resets for reader in readers)
    assert not verdict
