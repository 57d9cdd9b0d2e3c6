"""Deleted content leaves the log, and the memory of every process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from realtime import hub as hub_module
from realtime import log
from realtime.hub import Hub
from realtime.log import PlacedEvent, append, rewrite
from realtime.models import Event
from realtime.pool import DatabasePool
from realtime.ring import Ring
from realtime.sequencer import look
from realtime.stream import Stream, Viewer
from tests.realtime.conftest import Client, eventually

ALICE = UUID(int=1)
SECRET = "the secret"


def tell(object_id: UUID, text: str = SECRET) -> None:
    with transaction.atomic():
        append(topic="everyone", type="thing.happened", payload={"n": 1, "text": text}, object_id=object_id)


def take_back(object_id: UUID) -> list[int]:
    with transaction.atomic():
        places = rewrite(object_ids=[object_id], change=lambda _type, payload: {**payload, "text": ""})
        append(topic="everyone", type="thing.happened", payload={"n": 2}, scrubs=places)
    return places


@pytest.fixture
async def other(hub: Hub) -> AsyncIterator[Hub]:
    """The hub of another process."""
    own = Hub()
    own.start()
    assert await own.wait_ready(5)
    yield own
    await own.stop()
    assert hub_module.running() is hub


@pytest.fixture
def pool() -> Any:
    pool = DatabasePool("test-writer", threads=1)
    yield pool
    pool.close()


async def level(hub: Hub, pos: int) -> None:
    """Wait until a hub has come to a place."""
    await eventually(lambda: hub.pos >= pos)


async def resumed(hub: Hub, cursor: str, last: int) -> Client:
    """A client that came back to a hub with a cursor, and has got what it missed."""
    client = Client(Stream(hub, Viewer(str(ALICE), "s")))
    task = asyncio.create_task(client.stream.run(client.write, cursor, lambda _user_id: {}))
    await client.until(lambda: last in client.numbers)
    task.cancel()
    return client


async def test_who_comes_back_never_sees_it_from_any_memory(hub: Hub, other: Hub, pool: Any) -> None:
    begin, start, object_id = hub.pos, f"{hub.epoch}.{hub.pos}", uuid4()
    for own in (object_id, uuid4(), uuid4()):
        await pool.run(tell, own, SECRET if own == object_id else "something else")
    for each in (hub, other):
        await level(each, begin + 3)
    assert SECRET in (await resumed(other, start, 1)).written.decode()
    await pool.run(take_back, object_id)
    for each in (hub, other):
        await level(each, begin + 4)
        client = await resumed(each, start, 2)
        assert SECRET.encode() not in client.written
        assert client.numbers == [1, 1, 1, 2]
        assert [frame.data["text"] for frame in client.of("thing.happened")[:3]] == ["", *["something else"] * 2]


@pytest.mark.django_db(transaction=True)
def test_an_event_without_a_place_gets_it_rewritten() -> None:
    object_id = uuid4()
    tell(object_id)
    assert take_back(object_id) == []
    assert SECRET not in "".join(event.payload for event in look().placed)


@pytest.mark.django_db(transaction=True)
def test_place_type_and_routing_stay() -> None:
    object_id = uuid4()
    for _ in range(300):
        tell(object_id)
    tell(uuid4())
    look()
    before = list(Event.objects.order_by("pos").values_list("pos", "type", "topic", "routing"))
    assert take_back(object_id) == [place for place, *_rest in before[:300]]
    after = Event.objects.filter(pos__isnull=False).order_by("pos")
    assert list(after.values_list("pos", "type", "topic", "routing")) == before
    assert [event.payload for event in after if SECRET in event.payload] == [after[300].payload]


def test_only_in_a_transaction() -> None:
    with pytest.raises(log.NotInTransaction):
        rewrite(object_ids=[uuid4()], change=lambda _type, payload: payload)


def test_a_ring_ends_before_what_it_forgot() -> None:
    ring = Ring(max_events=4, max_size=1000)
    for pos in range(1, 5):
        ring.push(PlacedEvent(pos, "everyone", "thing.happened", f"{pos}"))
    ring.push(PlacedEvent(5, "everyone", "thing.happened", "5", '{"scrubs":[3,1,99]}'))

    def places(after: int, limit: int = 10) -> list[int] | None:
        found = ring.after(after, limit)
        return None if found is None else [event.pos for event in found]

    assert [places(after) for after in range(1, 6)] == [[2], None, [4, 5], [5], []]
    for pos in range(6, 9):
        ring.push(PlacedEvent(pos, "everyone", "thing.happened", "x"))
    assert [places(3), places(4)] == [None, [5, 6, 7, 8]]
