"""The same message sent again, and at the same time by another way: it is one message and one event."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

TWINS = 4


async def test_one_is_created_and_its_twins_are_answered_with_it(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None], full: bool
) -> None:
    cast = house.cast(2)
    conversation = cast.conversations[0]
    alice = await write(cast, 0, pair)
    readers = [*await follow(cast, [1], pair[:1]), *await follow(cast, [1], pair[1:])]
    messages, statuses = 100 if full else 10, Counter[int]()
    for number in range(messages):
        client_id = uuid.uuid4().hex
        if number % 2:  # somebody hangs up before the answer comes
            hasty = asyncio.create_task(alice.post(pair[0], conversation, client_id, "Hello"))
            await asyncio.sleep(0.002 * (number % 10))
            hasty.cancel()
        answers = await asyncio.gather(
            *(alice.post(pair[twin % 2], conversation, client_id, "Hello") for twin in range(TWINS))
        )
        found = [(answer.status_code, answer.json()["id"]) for answer in answers if answer is not None]
        assert len(found) == TWINS
        assert len({message_id for _status, message_id in found}) == 1
        created = [status for status, _id in found].count(201)
        assert created == 1 or (created == 0 and number % 2), found
        statuses.update(status for status, _id in found)
    last = await alice.say(conversation)
    assert await eventually(lambda: all(reader.saw(last.id) for reader in readers), 30)

    events = house.ask(
        "SELECT count(*) FROM realtime_event WHERE topic = %s AND type = 'message.created'",
        f"conversation:{conversation}",
    )
    verdict = judge(readers, alice.answered)
    show(
        f"{messages} messages, each sent {TWINS} times at once to two processes",
        answered_201=statuses[201],
        answered_200=statuses[200],
        messages=messages,
        events=events - 1,
        seen=[len(reader.seen) - 1 for reader in readers],
        **asdict(verdict),
    )
    assert set(statuses) == {200, 201}
    assert events == messages + 1
    assert [len(reader.seen) for reader in readers] == [messages + 1] * 2
    assert not verdict
