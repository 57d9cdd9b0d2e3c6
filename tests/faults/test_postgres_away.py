"""Without its database Brook says so, saves nothing by halves, and goes on when it is back."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

AWAY_S = 4.0
ANSWERS_WITHIN_S = 5.0
BACK_WITHIN_S = 15.0


async def test_without_postgres_a_post_is_refused_and_the_streams_stay(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    cast = house.cast(3)
    conversation = cast.conversations[0]
    readers: list[Reader] = [*await follow(cast, [1], pair[:1]), *await follow(cast, [2], pair[1:])]
    alice = await write(cast, 0, pair)
    for _ in range(5):
        await alice.say(conversation)
    assert await eventually(lambda: all(len(reader.seen) == 5 for reader in readers), 5)

    await asyncio.to_thread(house.postgres.kill)
    began, refused, slowest = time.monotonic(), [], 0.0
    while time.monotonic() - began < AWAY_S:
        for server in pair:
            refused.append(uuid.uuid4().hex)
            posted_at = time.monotonic()
            answer = await alice.post(server, conversation, refused[-1], "Is anybody there?")
            slowest = max(slowest, time.monotonic() - posted_at)
            assert answer is not None, alice.failures
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.json()["type"] == "server_error"
            assert [set(error) for error in answer.json()["errors"]] == [{"code", "detail", "attr"}]
    await asyncio.to_thread(house.postgres.start)
    back_at = time.monotonic()
    await alice.say(conversation, "There you are")
    resumed_s = time.monotonic() - back_at

    for client_id in refused:
        answer = await alice.post(pair[0], conversation, client_id, "Is anybody there?")
        while answer is not None and answer.status_code == 503 and time.monotonic() - back_at < BACK_WITHIN_S:
            await asyncio.sleep(0.1)  # the other process has found it again, this one not yet
            answer = await alice.post(pair[0], conversation, client_id, "Is anybody there?")
        assert answer is not None
        assert answer.status_code == 201, "nothing of it had been saved"
    last = await alice.say(conversation)
    assert await eventually(lambda: all(reader.saw(last.id) for reader in readers), 5)

    verdict = judge(readers, alice.answered)
    messages = house.ask("SELECT count(*) FROM chat_message WHERE conversation_id = %s::uuid", conversation)
    events = house.ask(
        "SELECT count(*) FROM realtime_event WHERE topic = %s AND type = 'message.created'",
        f"conversation:{conversation}",
    )
    show(
        f"PostgreSQL away for {AWAY_S:.0f} s",
        refused=len(refused),
        slowest_refusal_s=slowest,
        first_answer_after_s=resumed_s,
        messages=messages,
        events=events,
        seen=[len(reader.seen) for reader in readers],
        lost_connections=sum(reader.connects - 1 for reader in readers),
        resets=sum(len(reader.resets) for reader in readers),
        **asdict(verdict),
    )
    assert slowest < ANSWERS_WITHIN_S
    assert messages == events == len(alice.answered) + len(refused)
    assert [reader.connects for reader in readers] == [1, 1]
    assert not any(reader.resets for reader in readers)
    assert not verdict
