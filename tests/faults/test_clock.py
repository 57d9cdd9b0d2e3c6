"""The clock of one process is an hour off: nothing is lost, and order is not made of time."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.faults.checker import judge
from tests.faults.rest import call, new_person
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

DAY_S = 86_400
HOUR_S = 3600
SAY_EVERY_S = 0.05
MESSAGES = 40
OFF = {"an-hour-ahead": 1, "an-hour-behind": -1}


def shifted(serve: Callable[..., Server], fate: str) -> Server:
    """By libfaketime where the machine has it, else by the process itself."""
    environment = {"BROOK_ACCESS_TOKEN_MINUTES": "120"}
    if shutil.which("faketime"):
        # The old name of the variable and the new one.
        environment |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        return serve(fate, launcher=["faketime", "-f", f"{OFF[fate]:+d}h"], environment=environment)
    return serve(fate, ("-m", "tests.faults.fated", fate), environment=environment)


async def me(server: Server, token: str) -> int:
    async with httpx.AsyncClient(timeout=30) as client:
        headers = {"Authorization": f"Bearer {token}"}
        return (await client.get(f"{server.url}/api/users/me", headers=headers)).status_code


def changes(reader: Reader) -> list[str]:
    """How presence went for those whom somebody sees."""
    return [data["status"] for kind, data in reader.passing if kind == "presence.changed"]


@pytest.mark.parametrize("fate", OFF)
async def test_one_clock_is_an_hour_off(
    house: House,
    pair: list[Server],
    serve: Callable[..., Server],
    follow: Follow,
    write: Write,
    show: Callable[..., None],
    fate: str,
) -> None:
    cast = house.cast(4)
    conversation = cast.conversations[0]
    off, right = shifted(serve, fate), pair[0]
    await off.ready()
    # An hour is nothing to these; what it is to others is asked below.
    cast.tokens[:] = [(await house.act("token", session=one, seconds=DAY_S))[0] for one in cast.sessions]
    server_time = (await follow(cast, [3], [off]))[0].heard("init")[0].data["server_time"]
    ahead_s = (datetime.fromisoformat(server_time) - datetime.now(UTC)).total_seconds()
    assert abs(ahead_s - OFF[fate] * HOUR_S) < 60, "the clock is off"

    readers = [*await follow(cast, [2], [right]), *await follow(cast, [3], [off])]
    talkers = [await write(cast, 0, [right]), await write(cast, 1, [off])]
    enough = asyncio.Event()
    talks = [
        asyncio.create_task(writer.talk(itertools.repeat(conversation), SAY_EVERY_S, enough)) for writer in talkers
    ]
    assert await eventually(lambda: min(len(writer.answered) for writer in talkers) >= MESSAGES, 60)
    enough.set()
    await asyncio.gather(*talks)
    last = await talkers[1].say(conversation)
    assert await eventually(lambda: all(reader.saw(last.id) for reader in readers), 30)
    answered = [message for writer in talkers for message in writer.answered]
    verdict = judge(readers, answered)

    # Sessions end, whoever's clock says when.
    [gone] = await follow(cast, [0], [right])
    _none, at = await house.act("log_out", session=cast.sessions[0])
    assert await eventually(lambda: not gone.server, 20)
    ended_s = gone.lost_at[-1] - at

    # A token is good by the clock of who looks at it, and made by the clock of who gives it.
    fresh = await new_person(off)
    accepted = [await me(right, fresh["access"]), await me(off, fresh["access"])]
    ticks = await call(right, cast, 1, "GET", f"/messages/{last.id}/status")
    flips = len(changes(readers[0]))
    show(
        f"the clock of one process is {fate.replace('-', ' ')}",
        answered=len(answered),
        its_tokens_elsewhere_and_there=accepted,
        log_out_ends_streams_after_s=ended_s,
        changes_of_presence_seen=flips,
        resets=sum(len(reader.resets) for reader in readers),
        lost_connections=sum(reader.connects - 1 for reader in readers),
        **asdict(verdict),
    )
    assert accepted[0] == accepted[1] == 200
    assert ticks.status_code == 200
    assert not any(reader.resets for reader in readers)
    assert [reader.connects for reader in readers] == [1, 1]
    assert not verdict
