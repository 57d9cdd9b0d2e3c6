"""Connections that are cut, for a second, a minute, an hour and longer than anything is kept."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge
from tests.faults.rest import history
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86_400
MISSED = 20
RETENTION_DAYS = 7


async def test_what_was_missed_comes_in_order_however_long_it_was(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None], full: bool
) -> None:
    cast = house.cast(2)
    conversation = cast.conversations[0]
    alice = await write(cast, 0, pair)
    [bob], [stays] = await follow(cast, [1], pair[:1]), await follow(cast, [1], pair[1:])
    for away_s in (SECOND, MINUTE, HOUR):
        await alice.say(conversation, "Before")
        assert await eventually(lambda: bob.saw(alice.answered[-1].id), 20)
        await bob.close()
        began = time.monotonic()
        for _ in range(MISSED):
            await alice.say(conversation, "Missed")
        if away_s == SECOND or (full and away_s == MINUTE):
            await asyncio.sleep(away_s - (time.monotonic() - began))
        else:  # the same as far as the server can tell: it has no clock but that of the events
            await house.act("age", seconds=away_s)
            await house.act("prune")
        bob.open()
        last = await alice.say(conversation, "There you are")
        assert await eventually(lambda: bob.saw(last.id) and stays.saw(last.id), 30)  # noqa: B023 - awaited here
    assert not bob.resets
    verdict = judge([bob, stays], alice.answered)

    await bob.close()
    await alice.say(conversation, "Missed")
    await house.act("age", seconds=(RETENTION_DAYS + 1) * DAY)
    pruned, _at = await house.act("prune")
    pair[0].kill()  # it has them in memory, and would give them
    pair[0].start()
    await pair[0].ready()
    bob.open()
    assert await eventually(lambda: bob.resets, 30), "longer than anything is kept: an honest reset"
    last = await alice.say(conversation, "There you are")
    assert await eventually(lambda: bob.saw(last.id), 30)
    held = await history(pair[0], cast, 1, conversation)
    show(
        "cut for a second, a minute, an hour, and eight days",
        answered=len(alice.answered),
        missed_each_time=MISSED,
        resets_within_an_hour=0,
        resets_after_eight_days=len(bob.resets),
        events_let_go_of=pruned,
        **asdict(verdict),
    )
    assert held == [message.id for message in alice.answered]
    assert not stays.resets
    assert not verdict
