"""How many streams a person, and a process, may have."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from pytest_django import Settings

from realtime import broadcast, conf
from realtime.hub import Hub
from tests.realtime.conftest import PATIENCE_S, Client
from tests.realtime.people import STREAM, Person
from tests.server import Server, running

ALICE, BOB = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def three_each(settings: Settings) -> None:
    settings.REALTIME = {**settings.REALTIME, "STREAMS_PER_PERSON": 3}


async def ended(client: Client) -> Any:
    await asyncio.wait_for(client.task or asyncio.sleep(0), PATIENCE_S)
    return client.of("auth.ended")[0].data


async def test_one_too_many_ends_the_oldest(connect: Any, commit: Any, hub: Hub) -> None:
    streams = [await connect(ALICE) for _ in range(3)]
    of_bob = await connect(BOB)
    streams += [await connect(ALICE), await connect(ALICE, only="conversation:talk")]
    assert [await ended(stream) for stream in streams[:2]] == [{"reason": "too_many_streams"}] * 2
    await commit("everyone", 1)
    for stream in (*streams[2:4], of_bob):
        await stream.saw(1)


async def test_who_left_makes_room(connect: Any, commit: Any, hub: Hub) -> None:
    streams = [await connect(ALICE) for _ in range(3)]
    streams[1].task.cancel()
    await asyncio.wait([streams[1].task])
    streams += [await connect(ALICE)]
    await commit("everyone", 1)
    await streams[0].saw(1)


class OtherProcess:
    """What the layer would bring from there."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.now = 0.0

    def says(self, *, opened: Any = (), closed: Any = (), streams: int = 0) -> None:
        message = {"process": "other", "streams": streams, "opened": opened, "closed": closed}
        self.hub._on_message({"type": broadcast.STREAMS, **message})


async def test_streams_elsewhere_count(connect: Any, hub: Hub) -> None:
    other = OtherProcess(hub)
    with time_machine.travel(1_800_000_000, tick=False):
        oldest, second = await connect(ALICE), await connect(ALICE)
        other.says(opened=[[str(ALICE), 1_800_000_001.0], [str(BOB), 1_800_000_001.0]])
        assert not oldest.of("auth.ended")
        other.says(opened=[[str(ALICE), 1_800_000_002.0]])
        assert await ended(oldest) == {"reason": "too_many_streams"}
        other.says(closed=[[str(ALICE), 1_800_000_001.0]])
        third = await connect(ALICE)
        assert not second.of("auth.ended")
        assert not third.of("auth.ended")


async def test_older_ones_elsewhere_are_the_business_of_that_process(connect: Any, hub: Hub) -> None:
    other = OtherProcess(hub)
    with time_machine.travel(1_800_000_000, tick=False):
        mine = await connect(ALICE)
        other.says(opened=[[str(ALICE), 1_799_999_990.0 + number] for number in range(5)])
        await connect(ALICE)
    assert not mine.of("auth.ended")


async def test_streams_of_a_process_that_died_are_forgotten(connect: Any, hub: Hub) -> None:
    other = OtherProcess(hub)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        first = await connect(ALICE)
        other.says(opened=[[str(ALICE), 1_800_000_001.0], [str(ALICE), 1_800_000_002.0]])
        clock.shift(conf.LIFETIME_S[1] + 10)
        await connect(ALICE)
    assert not first.of("auth.ended")


async def test_it_tells_the_others_what_was_opened_and_closed(
    connect: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(hub.allowance, "_is_shared", True)
    monkeypatch.setattr(hub, "tell", lambda kind, **message: told.append({"type": kind, **message}))
    monkeypatch.setattr("realtime.allowance.ENTRIES_A_MESSAGE", 2)
    clients = [await connect(user) for user in (ALICE, BOB, ALICE)]
    hub.allowance.tell(1)
    assert [[user for user, _at in message["opened"]] for message in told] == [[str(ALICE), str(BOB)], [str(ALICE)]]
    assert {message["streams"] for message in told} == {3}
    clients[1].task.cancel()
    await asyncio.wait([clients[1].task])
    hub.allowance.tell(2)
    assert told[-1]["closed"] == [told[0]["opened"][1]]
    hub.allowance.tell(3)
    assert len(told) == 3, "nothing new: nothing is said"
    hub.allowance.tell(5)
    assert (told[-1]["opened"], told[-1]["streams"]) == ([], 2)


async def test_how_many_there_are_everywhere(connect: Any, hub: Hub) -> None:
    await connect(ALICE)
    OtherProcess(hub).says(streams=41)
    assert (hub.allowance.here, hub.allowance.everywhere) == (1, 42)


def test_new_streams_of_all_kinds_are_counted_together_and_polls_apart(alice: Any, api: Any, limits: Any) -> None:
    limits(streams="2/h", polls="2/h")
    client = api(alice)
    client.raise_request_exception = False
    one = "/api/realtime/stream/conversation/0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a01"
    answers = [client.get(path) for path in (STREAM, one, STREAM, one)]
    assert [answer.status_code for answer in answers] == [503, 503, 429, 429]  # counted; this server holds none
    assert answers[2].json()["errors"][0]["code"] == "throttled"
    assert 1790 < int(answers[2]["Retry-After"]) <= 1800
    assert [client.get("/api/realtime/poll", {"wait": 0}).status_code for _ in range(3)] == [503, 503, 429]


async def test_a_process_that_is_full(connect: Any, hub: Hub, settings: Settings) -> None:
    settings.REALTIME = {**settings.REALTIME, "MAX_STREAMS": 2}
    await connect(ALICE)
    assert not hub.is_full
    await connect(BOB)
    assert hub.is_full


def test_a_full_process_answers_503(tmp_path: Path) -> None:
    with running(tmp_path, BROOK_MAX_STREAMS="1") as server:
        alice = Person(server, "alice")
        with alice.stream():
            for path in (STREAM, "/api/realtime/poll"):
                answer = alice.http.get(path)
                assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "unavailable")
                assert int(answer.headers["Retry-After"]) > 0


def test_the_eleventh_stream_ends_the_first(server: Server) -> None:
    hanna = Person(server, "hanna")
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(hanna.stream())
        others = [stack.enter_context(hanna.stream()) for _ in range(10)]
        assert first.next("auth.ended") == {"reason": "too_many_streams"}
        assert not list(first.blocks())
        hanna.open_direct(Person(server, "ida"))
        assert all(other.next("conversation.created") for other in others)
