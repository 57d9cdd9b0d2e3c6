"""A process is cut off from its database, from Redis, from its clients, and nobody tells it: there is only silence."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge
from tests.faults.far import behind_links, behind_walls, has_networks
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

SAY_EVERY_S = 0.1
SHORT_S, LONG_S = 3.0, 15.0
BACK_WITHIN_S = 90.0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("between", ["walls", pytest.param("links", marks=pytest.mark.faults(complete=True))])
async def test_a_process_is_cut_off_and_comes_back(
    house: House,
    pair: list[Server],
    serve: Callable[..., Server],
    follow: Follow,
    write: Write,
    show: Callable[..., None],
    full: bool,
    between: str,
) -> None:
    cast = house.cast(4, [[1, 2, 3]])
    near = pair[0]
    with_alice, with_dave = cast.conversations
    make = behind_links if between == "links" and has_networks() else behind_walls
    cut_s = LONG_S if full else SHORT_S
    async with make(house, serve) as far:
        [at_far], [at_near] = await follow(cast, [2], [far.door]), await follow(cast, [2], [near])
        alice, dave = await write(cast, 0, [near]), await write(cast, 3, [far.door])
        enough = asyncio.Event()
        talks = [
            asyncio.create_task(writer.talk(itertools.repeat(conversation), SAY_EVERY_S, enough))
            for writer, conversation in ((alice, with_alice), (dave, with_dave))
        ]
        back_s = {}
        for name, cut in far.cuts.items():
            heard = len(at_far.seen)
            assert await eventually(lambda: len(at_far.seen) > heard + 10, BACK_WITHIN_S)  # noqa: B023 - awaited here
            cut.shut()
            await asyncio.sleep(cut_s)
            cut.open()
            began, marker = time.monotonic(), await alice.say(with_alice, "There you are")
            assert await eventually(lambda: at_far.saw(marker.id), BACK_WITHIN_S), name  # noqa: B023
            back_s[f"{name}_back_after_s"] = time.monotonic() - began
            answered = len(dave.answered)
            assert await eventually(lambda: len(dave.answered) > answered, BACK_WITHIN_S), name  # noqa: B023
        enough.set()
        await asyncio.gather(*talks)
        last = await dave.say(with_dave)
        assert await eventually(lambda: at_far.saw(last.id) and at_near.saw(last.id), BACK_WITHIN_S)
        verdict = judge([at_far, at_near], [*alice.answered, *dave.answered])
        show(
            f"cut off for {cut_s:.0f} s from database, Redis and clients, each in turn ({make.__name__})",
            answered_near=len(alice.answered),
            answered_far=len(dave.answered),
            failed_near=len(alice.failures),
            failed_far=len(dave.failures),
            slowest_POST_near_s=max(message.took_s for message in alice.answered),
            **back_s,
            lost_connections=[at_far.connects - 1, at_near.connects - 1],
            resets=len(at_far.resets + at_near.resets),
            **asdict(verdict),
        )
    assert not alice.failures, "the others do not feel it"
    assert at_near.connects == 1
    assert not at_far.resets + at_near.resets
    assert not verdict
