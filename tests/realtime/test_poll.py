"""GET /api/realtime/poll: the same events as a stream's, one answer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import transaction

from realtime import conf, retention, topics
from realtime.hub import Hub
from realtime.log import append
from realtime.models import Event
from realtime.passing import passing
from realtime.poll import Poll
from realtime.stream import Viewer
from tests.realtime.conftest import end_session, eventually

ALICE, BOB = UUID(int=1), UUID(int=2)
TALK = topics.conversation("talk")
Ask = Callable[..., Any]


@pytest.fixture
async def ask(hub: Hub) -> AsyncIterator[Ask]:
    """Begins a poll, returning its task: await ask(user_id, cursor, wait_s)."""
    polls: list[asyncio.Task[Any]] = []

    async def begin(
        user_id: UUID, cursor: str | None = None, wait_s: float = 0, *, expires_at: datetime | None = None
    ) -> asyncio.Task[Any]:
        poll = Poll(hub, Viewer(str(user_id), "s", expires_at))

        async def answer() -> Any:
            return orjson.loads((await poll.answer(cursor, wait_s)).body())

        polls.append(asyncio.create_task(answer()))
        await eventually(lambda: poll.live or polls[-1].done())
        return polls[-1]

    yield begin
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)


def numbers(answer: Any) -> list[int]:
    return [event["data"]["n"] for event in answer["events"]]


async def test_without_a_cursor_it_begins_now(ask: Ask, commit: Any, hub: Hub) -> None:
    await commit("everyone", 1)
    answer = await (await ask(ALICE))
    assert answer == {"events": [], "cursor": f"{hub.epoch}.{hub.pos}", "reset": False, "user_id": str(ALICE)}
    await commit("everyone", 2)
    assert numbers(await (await ask(ALICE, answer["cursor"]))) == [2]


async def test_what_was_missed_is_answered_at_once_in_order_and_once(ask: Ask, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit(TALK, 1, adds=[ALICE])
    for number in range(2, 5):
        await commit(TALK, number)
    answer = await (await ask(ALICE, start, 30))
    assert numbers(answer) == [1, 2, 3, 4]
    assert {event["type"] for event in answer["events"]} == {"thing.happened"}
    assert answer["events"][-1]["id"] == answer["cursor"]
    assert numbers(await (await ask(ALICE, answer["cursor"]))) == []


async def test_it_waits_for_what_concerns_its_person(ask: Ask, commit: Any, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30)
    await commit(topics.user(BOB), 1)
    assert not poll.done()
    await commit(topics.user(ALICE), 2)
    answer = await poll
    assert numbers(answer) == [2]
    assert answer["cursor"] == f"{hub.epoch}.{hub.pos}"
    assert not hub.streams


async def test_when_nothing_came_it_says_so_and_has_moved_on(ask: Ask, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    assert await (await ask(ALICE, None, 0.01)) == {
        "events": [],
        "cursor": start,
        "reset": False,
        "user_id": str(ALICE),
    }
    await commit(topics.user(BOB), 1)
    answer = await (await ask(ALICE, start, 0.01))
    assert (answer["events"], answer["cursor"]) == ([], f"{hub.epoch}.{hub.pos}")


@pytest.mark.parametrize(
    "cursor", ["abc", "", "-1", "9" * 30, "0." + "9" * 30, "\0", "a" * 10_000, "é.1", "deadbeef0000.1"]
)
async def test_a_cursor_that_is_none_gets_a_reset_at_once(ask: Ask, commit: Any, hub: Hub, cursor: str) -> None:
    await commit("everyone", 1)
    answer = await (await ask(ALICE, cursor, 30))
    assert answer == {"events": [], "cursor": f"{hub.epoch}.{hub.pos}", "reset": True, "user_id": str(ALICE)}


@pytest.mark.usefixtures("nobody_reads_it")
async def test_a_cursor_older_than_what_is_kept_gets_a_reset(ask: Ask, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit("everyone", 1)
    await hub.pool.run(lambda: Event.objects.update(created_at="2000-01-01T00:00:00Z"))
    assert await hub.pool.run(retention.prune) == 1
    hub.ring.clear()
    assert (await (await ask(ALICE, start, 30)))["reset"] is True


async def test_a_log_that_begins_anew_resets_those_who_wait(ask: Ask, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30)
    hub.epoch = "another"
    hub.reset("log_restarted")
    answer = await poll
    assert (answer["reset"], answer["events"], answer["cursor"]) == (True, [], f"another.{hub.pos}")


@pytest.mark.parametrize("ring", ["in memory", "in the log"])
async def test_an_answer_is_bounded_and_the_next_goes_on(
    ask: Ask, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch, ring: str
) -> None:
    monkeypatch.setattr(conf, "POLL_EVENTS", 3)
    monkeypatch.setattr(conf, "REPLAY_BATCH", 2)
    cursor = f"{hub.epoch}.{hub.pos}"
    for number in range(8):
        await commit("everyone" if number % 3 else topics.user(BOB), number)
    if ring == "in the log":
        hub.ring.clear()
    answers = []
    for _ in range(3):
        answer = await (await ask(ALICE, cursor))
        cursor = answer["cursor"]
        answers.append(numbers(answer))
    assert answers == [[1, 2, 4], [5, 7], []]


async def test_a_flood_while_it_waits_is_bounded_as_well(ask: Ask, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conf, "POLL_EVENTS", 2)
    poll = await ask(ALICE, None, 30)
    await hub.pool.run(at_once, 5)
    answer = await poll
    assert numbers(answer) == [0, 1]
    assert numbers(await (await ask(ALICE, answer["cursor"]))) == [2, 3]


def at_once(count: int) -> None:
    """Events of one transaction, which hubs get in one batch."""
    with transaction.atomic():
        for number in range(count):
            append(topic="everyone", type="thing.happened", payload={"n": number})


async def test_the_removed_get_the_removal_last(ask: Ask, commit: Any, hub: Hub) -> None:
    await commit(TALK, 1, adds=[ALICE, BOB])
    poll = await ask(ALICE, None, 30)
    await commit(TALK, 2, removes=[ALICE])
    answer = await poll
    await commit(TALK, 3)
    assert numbers(answer) == [2]
    assert numbers(await (await ask(ALICE, answer["cursor"]))) == []


async def test_the_end_of_its_session_is_the_answer(ask: Ask, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30)
    await hub.pool.run(end_session, "s")
    assert (await poll)["events"] == [{"id": None, "type": "auth.ended", "data": {"reason": "logout"}}]


async def test_a_token_that_runs_out_while_it_waits_ends_it(ask: Ask, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30, expires_at=datetime.now(UTC) + timedelta(seconds=50))
    hub.tend(1)
    assert not poll.done(), "the warning is not repeated by every poll of the last minute"
    for stream in hub.streams:
        stream.tend(hub.loop.time() + 51, None)
    assert [event["data"] for event in (await poll)["events"]] == [{"reason": "expired"}]


async def test_passing_events_come_without_an_id(ask: Ask, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30)
    hub.pass_on([passing(type="thing.passed", payload={"text": "\n\n\r"}, user_ids=[ALICE]) for _ in range(2)])
    assert (await poll)["events"] == [{"id": None, "type": "thing.passed", "data": {"text": "\n\n\r"}}] * 2


async def test_pings_are_for_streams(ask: Ask, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30)
    for second in range(conf.PING_SECONDS):
        hub.tend(second)
    await asyncio.sleep(0)
    assert not poll.done()


async def test_a_server_that_stops_answers_those_who_wait(ask: Ask, commit: Any, hub: Hub) -> None:
    poll = await ask(ALICE, None, 30)
    await commit(topics.user(BOB), 1)
    hub.end_streams()
    assert await poll == {"events": [], "cursor": f"{hub.epoch}.{hub.pos}", "reset": False, "user_id": str(ALICE)}
