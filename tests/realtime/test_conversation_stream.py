"""GET /api/realtime/stream/conversation/{id}: the stream of one conversation."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any
from uuid import UUID

import httpx
import pytest

from realtime import topics
from realtime.hub import Hub
from realtime.passing import passing
from tests.realtime.conftest import PATIENCE_S, end_session
from tests.realtime.people import STREAM, Cast, Person, Reader
from tests.server import Server

ALICE, BOB = UUID(int=1), UUID(int=2)
TALK, OTHER = topics.conversation("talk"), topics.conversation("other")


# --- the stream and the hub -------------------------------------------------------------------------------------------
async def test_it_begins_with_the_snapshot_and_gives_nothing_else(connect: Any, commit: Any, hub: Hub) -> None:
    await commit(TALK, 1, adds=[ALICE])
    await commit(OTHER, 2, adds=[ALICE])
    alice = await connect(ALICE, only=TALK, snapshot=lambda: {"conversation": "as it is"})
    assert [frame.type for frame in alice.frames if frame.type] == ["init", "conversation.snapshot"]
    assert alice.of("conversation.snapshot")[0].data == {"conversation": "as it is"}
    await commit(OTHER, 3)
    await commit("everyone", 4)
    await commit(topics.user(ALICE), 5)
    await commit(TALK, 6)
    await alice.saw(6)


async def test_it_resumes_with_its_own_part_of_the_log(connect: Any, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit(TALK, 1, adds=[ALICE])
    await commit(OTHER, 2, adds=[ALICE])
    await commit("everyone", 3)
    await commit(TALK, 4)
    await (await connect(ALICE, start, only=TALK)).saw(1, 4)
    hub.ring.clear()
    again = await connect(ALICE, start, only=TALK)
    await again.saw(1, 4)
    assert again.of("init")[0].data["resumed"] is True
    assert again.cursor == f"{hub.epoch}.{hub.pos}"


async def test_what_is_committed_while_the_snapshot_is_read_comes_after_it(connect: Any, commit: Any, hub: Hub) -> None:
    await commit(TALK, 1, adds=[ALICE])
    reading, read = asyncio.Event(), asyncio.Event()

    def slow() -> dict[str, Any]:
        hub.loop.call_soon_threadsafe(reading.set)
        asyncio.run_coroutine_threadsafe(read.wait(), hub.loop).result(5)
        return {}

    alice = await connect(ALICE, only=TALK, snapshot=slow, live=False)
    await reading.wait()
    await commit(TALK, 2)
    read.set()
    await alice.saw(2)


async def test_the_removal_is_the_last_and_ends_it(connect: Any, commit: Any, hub: Hub) -> None:
    await commit(TALK, 1, adds=[ALICE, BOB])
    alice, everything = await connect(ALICE, only=TALK), await connect(ALICE)
    await commit(TALK, 2, removes=[ALICE])
    await asyncio.wait_for(alice.task, PATIENCE_S)
    assert alice.numbers == [2]
    await commit("everyone", 3)
    await everything.saw(2, 3)


async def test_a_removal_while_it_catches_up_ends_it_too(connect: Any, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit(TALK, 1, adds=[ALICE, BOB])
    alice = await connect(ALICE, start, only=TALK, live=False)
    alice.gate = asyncio.Event()
    await commit(TALK, 2, removes=[ALICE])
    await commit(TALK, 3)
    alice.gate.set()
    await asyncio.wait_for(alice.task, PATIENCE_S)
    assert alice.numbers == [1, 2]


async def test_a_conversation_that_the_log_does_not_know_yet(connect: Any, commit: Any, hub: Hub) -> None:
    alice = await connect(ALICE, only=TALK)
    await commit(TALK, 1, adds=[ALICE])
    await commit(TALK, 2)
    await alice.saw(1, 2)
    await commit(OTHER, 3, adds=[ALICE])
    await commit(TALK, 4)
    await alice.saw(1, 2, 4)


async def test_passing_events_of_the_conversation_and_no_others(connect: Any, commit: Any, hub: Hub) -> None:
    await commit(TALK, 1, adds=[ALICE])
    await commit(OTHER, 2, adds=[ALICE])
    alice = await connect(ALICE, only=TALK)
    somewhere: list[dict[str, Any]] = [{"topics": [TALK]}, {"topics": [OTHER]}, {"user_ids": [ALICE]}]
    for number, where in enumerate(somewhere):
        hub.pass_on([passing(type="thing.happened", payload={"n": number}, **where)])
    await commit(TALK, 9)
    await alice.saw(0, 9)


async def test_the_end_of_the_session_ends_it(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE, only=TALK, session="phone")
    await hub.pool.run(end_session, "phone")
    await asyncio.wait_for(alice.task, PATIENCE_S)
    assert alice.of("auth.ended")


# --- over HTTP --------------------------------------------------------------------------------------------------------
def path(conversation_id: object) -> str:
    return f"{STREAM}/conversation/{conversation_id}"


def follow(person: Person, talk: str, cursor: str = "") -> Any:
    return person.http.stream("GET", path(talk), headers={"Last-Event-ID": cursor} if cursor else {})


def make_group(by: Person, *others: Person) -> str:
    body = {"title": "Garden", "participant_ids": [other.id for other in others]}
    answer = by.http.post("/api/conversations/group", json=body)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def test_the_snapshot_shows_the_conversation_and_who_is_in_it(cast: Cast) -> None:
    alice, bob, carol = cast("alice"), cast("bob"), cast("carol")
    garden, elsewhere = make_group(alice, bob, carol), alice.open_direct(bob)
    with follow(bob, garden) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["x-accel-buffering"] == "no"
        reader = Reader(answer, answer.iter_lines())
        assert reader.next("init")["user_id"] == bob.id
        snapshot = reader.next("conversation.snapshot")
        assert snapshot["conversation"]["title"] == "Garden"
        assert snapshot["conversation"]["me"]["role"] == "member"
        assert [person["user"]["id"] for person in snapshot["participants"]] == [alice.id, bob.id, carol.id]
        alice.say(elsewhere, "not here")
        alice.say(garden, "here")
        assert reader.said() == "here"
    alice.say(garden, "while he was away")
    with follow(bob, garden, reader.cursor) as answer:
        again = Reader(answer, answer.iter_lines())
        assert again.next("init")["resumed"] is True
        assert again.next("conversation.snapshot")["conversation"]["last_message"]["content"] == "while he was away"
        assert again.said() == "while he was away"
        assert alice.http.delete(f"/api/conversations/{garden}/participants/{bob.id}").status_code == 204
        assert [event for event, _data in again.blocks()][-1] == "participant.removed"
    assert bob.http.get(path(garden)).status_code == 404


def test_outsiders_cannot_tell_whether_it_exists(server: Server, cast: Cast) -> None:
    alice, bob, carol = cast("alice"), cast("bob"), cast("carol")
    talk = alice.open_direct(bob)
    there, not_there = carol.http.get(path(talk)), carol.http.get(path(uuid.uuid4()))
    assert there.status_code == not_there.status_code == 404
    assert there.json() == not_there.json()
    assert httpx.get(server.base_url + path(talk)).status_code == 401


@pytest.mark.parametrize("name", ["nonsense", "", "1", "%00", "a/b"])
def test_what_is_no_id_is_404(cast: Cast, name: str) -> None:
    answer = cast("alice").http.get(path(name))
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


def test_a_ticket_opens_it(server: Server, cast: Cast) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)
    query = {"ticket": alice.http.post("/api/auth/stream-ticket").json()["ticket"]}
    with httpx.stream("GET", server.base_url + path(talk), params=query) as answer:
        assert Reader(answer, answer.iter_lines()).next("init")["user_id"] == alice.id
    assert httpx.get(server.base_url + path(talk), params=query).status_code == 401
