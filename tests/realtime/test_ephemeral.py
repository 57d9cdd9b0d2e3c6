"""Passing events: to live streams only, each once, and no trace afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from realtime import broadcast, ephemeral, nudge
from realtime.hub import Hub
from realtime.log import PlacedEvent
from realtime.models import Event
from realtime.passing import Passing, passing
from realtime.watching import Watcher
from tests.realtime.conftest import Client, eventually

ALICE, BOB, CAROL = UUID(int=1), UUID(int=2), UUID(int=3)
TALK, OTHER = "conversation:talk", "conversation:other"


def thing(number: int, **routing: Any) -> Passing:
    return passing(type="thing.happened", payload={"n": number}, **routing)


@pytest.fixture
async def follow(commit: Callable[..., Any]) -> Callable[..., Any]:
    """Lets people follow a topic: await follow(TALK, ALICE, BOB)."""

    async def add(topic: str, *people: UUID) -> None:
        await commit(topic, 0, adds=people)

    return add


async def test_followers_of_a_topic_get_it_once_and_outsiders_do_not(connect: Any, follow: Any, hub: Hub) -> None:
    await follow(TALK, ALICE, BOB)
    await follow(OTHER, ALICE)
    alice, bob, carol = [await connect(user) for user in (ALICE, BOB, CAROL)]
    ephemeral.send([thing(1, topics=[TALK, OTHER])])
    ephemeral.send([thing(2, topics=[TALK], skips=[BOB]), thing(3, user_ids=[CAROL, BOB])])
    await alice.saw(1, 2)
    await bob.saw(1, 3)
    await carol.saw(3)


async def test_those_who_follow_another_topic_can_be_left_out(connect: Any, follow: Any, hub: Hub) -> None:
    await follow(TALK, ALICE, BOB)
    await follow(OTHER, BOB)
    alice, bob = await connect(ALICE), await connect(BOB)
    ephemeral.send([thing(1, topics=[TALK], except_topics=[OTHER]), thing(2, topics=[TALK])])
    await alice.saw(1, 2)
    await bob.saw(2)


async def test_it_has_no_id_and_is_not_replayed(connect: Any, follow: Any, hub: Hub) -> None:
    await follow(TALK, ALICE)
    alice = await connect(ALICE)
    before = alice.cursor
    ephemeral.send([thing(1, topics=[TALK])])
    await alice.saw(1)
    assert not alice.of("thing.happened")[-1].id
    assert alice.cursor == before
    again = await connect(ALICE, before)
    assert again.numbers == []
    assert await hub.pool.run(Event.objects.filter(topic=TALK).count) == 1


async def test_never_before_the_stream_is_live(connect: Any, follow: Any, hub: Hub) -> None:
    await follow(TALK, ALICE)
    early: Client = await connect(ALICE, live=False)
    hub.pass_on([thing(1, topics=[TALK], user_ids=[ALICE])])
    await early.until(lambda: early.of("init"))
    await eventually(lambda: early.stream.live)
    hub.pass_on([thing(2, topics=[TALK])])
    await early.saw(2)


async def test_never_after_the_removal_from_the_topic(connect: Any, follow: Any, commit: Any, hub: Hub) -> None:
    await follow(TALK, ALICE, BOB)
    alice, bob = await connect(ALICE), await connect(BOB)
    await commit(TALK, 1, removes=[BOB])
    ephemeral.send([thing(2, topics=[TALK])])
    await alice.saw(1, 2)
    assert bob.numbers == [1]


async def test_a_flood_does_not_cut_the_reader_off(connect: Any, follow: Any, hub: Hub) -> None:
    await follow(TALK, ALICE)
    alice = await connect(ALICE)
    ephemeral.send([thing(number, topics=[TALK]) for number in range(1000)])
    await alice.until(lambda: len(alice.numbers) == 1000)
    assert not alice.stream.was_cut


async def test_a_watcher_sees_streams_and_events_and_may_hold_a_passing_one_back(
    transactional_db: None, settings: Settings
) -> None:
    settings.REALTIME = {**settings.REALTIME, "WATCHERS": [f"{__name__}.Notes"]}
    hub = Hub()
    [notes] = hub.watchers
    assert isinstance(notes, Notes)
    hub.deliver(PlacedEvent(1, TALK, "thing.happened", "{}"))
    hub.pass_on([thing(13), thing(14)])
    assert notes.seen == ["thing.happened", '{"n":13}', '{"n":14}']


class Notes(Watcher):
    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.seen: list[str] = []

    def saw(self, topic: str, event_type: str, payload: str) -> None:
        self.seen.append(event_type)

    def passes(self, passing: Passing) -> bool:
        self.seen.append(passing.payload)
        return "13" not in passing.payload


async def test_many_are_few_messages_between_processes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(hub, "tell", lambda kind, **message: told.append(message))
    ephemeral.send([thing(number, topics=[TALK]) for number in range(450)])
    await eventually(lambda: told)
    assert [len(message["events"]) for message in told] == [200, 200, 50]


@pytest.mark.postgres
async def test_another_process_hands_it_on_and_the_echo_is_not_taken_for_news(
    connect: Any, follow: Any, hub: Hub
) -> None:
    """The same events as a process without a hub sends them, over the real layer."""
    await follow(TALK, ALICE)
    alice = await connect(ALICE)

    def send_from_elsewhere(number: int) -> None:
        nudge.background().send(broadcast.PASSING, events=[thing(number, topics=[TALK]).row()], origin="")

    async def our_own_subscription_stands() -> bool:
        send_from_elsewhere(0)
        await asyncio.sleep(0.02)
        return 0 in alice.numbers

    def seen() -> list[int]:
        return [number for number in alice.numbers if number]

    await eventually(our_own_subscription_stands)
    ephemeral.send([thing(1, topics=[TALK])])
    await alice.until(lambda: seen() == [1])
    send_from_elsewhere(2)
    await alice.until(lambda: seen() == [1, 2])
    send_from_elsewhere(3)
    await alice.until(lambda: seen() == [1, 2, 3])
