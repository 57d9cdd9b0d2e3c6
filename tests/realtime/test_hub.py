"""The hub: in order and once, whatever the channel layer loses, doubles or turns round."""

from __future__ import annotations

import asyncio
import random
import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, transaction

from realtime import conf, log
from realtime.hub import Hub
from realtime.log import PlacedEvent
from realtime.models import Event, Head
from tests.realtime.conftest import PATIENCE_S, eventually

ALICE = UUID(int=1)


def batch(*positions: int) -> list[PlacedEvent]:
    return [PlacedEvent(pos, "everyone", "thing.happened", f'{{"n":{pos}}}') for pos in positions]


async def in_log(hub: Hub, count: int) -> None:
    """Events placed by somebody else: the log has them, this hub has not heard of them."""

    def write() -> None:
        start = Head.objects.get(pk=1).pos
        Event.objects.bulk_create(
            Event(pos=pos, topic="everyone", type="thing.happened", payload=f'{{"n":{pos}}}')
            for pos in range(start + 1, start + count + 1)
        )
        Head.objects.filter(pk=1).update(pos=start + count)

    await hub.pool.run(write)


async def test_batches_that_overtake_each_other_are_put_in_order(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    hub.receive(batch(3, 4))
    hub.receive(batch(2))
    assert not alice.numbers
    hub.receive(batch(1))
    await alice.saw(1, 2, 3, 4)


async def test_what_comes_twice_is_delivered_once(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    for positions in [(1, 2), (1, 2, 3), (2, 3), (4,), (4,)]:
        hub.receive(batch(*positions))
    await alice.saw(1, 2, 3, 4)


async def test_a_shuffled_flood_arrives_in_order(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    positions = list(range(1, 101)) * 2
    random.Random(7).shuffle(positions)
    for pos in positions:
        hub.receive(batch(pos))
    await alice.saw(*range(1, 101))


async def test_a_hole_is_filled_from_the_log(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    await in_log(hub, 5)
    hub.receive(batch(4, 5))
    await alice.saw(1, 2, 3, 4, 5)


async def test_a_hub_that_hears_nothing_reads_the_log(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    await in_log(hub, 3)
    await alice.saw(1, 2, 3)


async def test_a_hole_that_cannot_be_filled_resets_every_stream(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    await in_log(hub, 5)
    await hub.pool.run(lambda: Event.objects.filter(pos=2).delete())
    hub.receive(batch(5))
    await alice.until(lambda: alice.of("reset"))
    assert alice.of("reset")[0].data["cursor"] == alice.cursor == f"{hub.epoch}.5"


async def test_a_head_that_went_back_resets_every_stream(connect: Any, commit: Any, hub: Hub) -> None:
    """An older backup was put back under the running server."""
    alice = await connect(ALICE)
    for number in range(3):
        await commit("everyone", number)
    await alice.saw(0, 1, 2)
    old = hub.epoch

    def restore() -> None:
        Event.objects.filter(pos__gt=1).delete()
        Head.objects.filter(pk=1).update(pos=1, nonce="restored")

    await hub.pool.run(restore)
    await alice.until(lambda: alice.of("reset"))
    assert hub.epoch != old
    assert hub.pos == 1
    again = await connect(ALICE, f"{old}.3")
    assert len(again.of("reset")) == 1
    await commit("everyone", 9)
    await again.saw(9)


async def test_an_event_whose_writer_died_after_the_commit_is_placed_by_the_next_look(
    connect: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await connect(ALICE)
    await hub.pool.run(lambda: Event.objects.create(topic="everyone", type="thing.happened", payload='{"n":1}'))
    await alice.saw(1)


async def test_once_a_minute_the_look_goes_over_all_ids(
    connect: Any, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that stayed open for minutes has an id far below those that were placed since."""
    monkeypatch.setattr("realtime.follower.FULL_LOOK_S", 0.6)
    alice = await connect(ALICE)
    for number in range(3):
        await commit("everyone", number)
    await alice.saw(0, 1, 2)
    hub._scan_from = 10**9
    await hub.pool.run(lambda: Event.objects.create(topic="everyone", type="thing.happened", payload='{"n":3}'))
    await alice.saw(0, 1, 2, 3)


async def test_the_ring_is_bounded(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from realtime.ring import Ring

    ring = Ring(max_events=3, max_size=1000)
    for event in batch(*range(1, 6)):
        ring.push(event)
    assert [event.pos for event in ring.after(3, 10) or []] == [4, 5]
    assert [event.pos for event in ring.after(2, 2) or []] == [3, 4]
    assert ring.after(1, 10) is None
    small = Ring(max_events=100, max_size=20)
    for event in batch(*range(1, 6)):
        small.push(event)
    assert [event.pos for event in small.after(3, 10) or []] == [4, 5]
    assert small.after(0, 10) is None


async def test_the_database_away_for_a_while_changes_nothing(
    connect: Any, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:

    alice = await connect(ALICE)
    await commit("everyone", 1)
    await alice.saw(1)

    def away(**_options: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("realtime.sequencer.look", away)
    monkeypatch.setattr("realtime.sequencer.place", away)
    await commit("everyone", 2, placed=False)
    await eventually(lambda: not hub.is_ready)
    monkeypatch.undo()
    await alice.saw(1, 2)
    assert conf.TICK_S < 1
    assert (await hub.pool.run(log.head)).pos == hub.pos


@pytest.mark.postgres
async def test_a_commit_during_the_look_over_all_ids_does_not_wait_for_the_next_one(
    connect: Any, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its id is lower than those that were placed by then."""
    alice = await connect(ALICE)
    appended, release = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            log.append(topic="everyone", type="thing.happened", payload={"n": "slow"})
            appended.set()
            assert release.wait(10)

    writing = asyncio.ensure_future(hub.pool.run(write_slowly))
    await asyncio.to_thread(appended.wait, PATIENCE_S)
    await commit("everyone", 1)
    looked = hub._scan_at
    monkeypatch.setattr("realtime.follower.FULL_LOOK_S", 0.0)
    await eventually(lambda: hub._scan_at > looked)
    monkeypatch.undo()
    release.set()
    await writing
    await alice.until(lambda: alice.numbers == [1, "slow"])
