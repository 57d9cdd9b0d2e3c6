"""presence.changed: who comes and goes shows to those who share a conversation, with real streams on a real hub."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis
from pytest_django import Settings

from accounts.models import User
from chat import actions
from presence import board, store, sweeping
from presence.models import Hidden
from presence.reading import now_of
from presence.states import Beat, Line, Status
from presence.store import Store, StoreAway
from realtime import ephemeral
from realtime.hub import Hub
from tests.presence.conftest import Api, Client, beat, made
from tests.realtime.conftest import eventually

Connect = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything as ever, but in tenths of the time."""
    monkeypatch.setattr(board, "TICK_S", 0.1)
    monkeypatch.setattr(board, "WINDOW_S", 0.05)


def changes(client: Client, of: User) -> list[tuple[str, Any]]:
    told = [frame.data for frame in client.of("presence.changed")]
    return [(data["status"], data["conversation_id"]) for data in told if data["user_id"] == str(of.pk)]


async def knows(hub: Hub, user: User, status: str, kept: Store) -> None:
    """Wait until the store says so."""

    def now() -> bool:
        presence = now_of([str(user.pk)]).get(str(user.pk))
        return (presence.status if presence else "offline") == status

    await eventually(lambda: hub.pool.run(now))


async def test_coming_and_going_shows_to_the_partner_and_to_nobody_else(
    cast: Any, connect: Connect, hub: Hub, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("presence.states.LINGER_S", 0.3)
    alice, bob, carol, _talk = cast
    bobs, carols = await connect(bob.pk, session="b"), await connect(carol.pk, session="c")
    alices = await connect(alice.pk, session="a")
    await bobs.until(lambda: changes(bobs, alice) == [("online", None)])
    [frame] = bobs.of("presence.changed")
    assert frame.data["user_id"] == str(alice.pk)
    assert frame.data["last_seen_at"]
    assert not frame.id
    alices.task.cancel()
    await bobs.until(lambda: changes(bobs, alice) == [("online", None), ("offline", None)])
    assert changes(carols, alice) == []
    assert changes(alices, alice) == [], "nobody is told of themselves"


async def test_a_reconnect_and_a_second_tab_show_nothing(cast: Any, connect: Connect, hub: Hub, kept: Store) -> None:
    alice, bob, _carol, _talk = cast
    bobs = await connect(bob.pk, session="b")
    first = await connect(alice.pk, session="a")
    await bobs.until(lambda: changes(bobs, alice) == [("online", None)])
    second, phone = await connect(alice.pk, session="a"), await connect(alice.pk, session="phone")
    first.task.cancel()
    second.task.cancel()
    await asyncio.sleep(0.3)
    await connect(alice.pk, session="a")
    phone.task.cancel()
    await asyncio.sleep(0.3)
    assert changes(bobs, alice) == [("online", None)]


async def test_the_open_conversation_shows_only_inside_it(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, carol, talk = cast
    group = await made(hub, lambda: actions.create_group(creator=alice, title="All", people=[bob, carol]))
    bobs, carols = await connect(bob.pk, session="b"), await connect(carol.pk, session="c")
    laptop = await hub.pool.run(api, alice)
    await hub.pool.run(beat, laptop, "online", talk)
    await bobs.until(lambda: changes(bobs, alice) == [("online", str(talk.pk))])
    await carols.until(lambda: changes(carols, alice) == [("online", None)])
    await hub.pool.run(beat, laptop, "online", group)
    await carols.until(lambda: changes(carols, alice)[1:] == [("online", str(group.pk))])
    await bobs.until(lambda: changes(bobs, alice)[1:] == [("online", str(group.pk))])
    await hub.pool.run(beat, laptop, "online")
    await bobs.until(lambda: changes(bobs, alice)[2:] == [("online", None)])


async def test_where_somebody_is_does_not_concern_those_who_are_in_neither_place(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, carol, talk = cast
    await made(hub, lambda: actions.open_direct(user=alice, partner=carol)[0])
    carols, bobs = await connect(carol.pk, session="c"), await connect(bob.pk, session="b")
    laptop = await hub.pool.run(api, alice)
    await hub.pool.run(beat, laptop, "online")
    await carols.until(lambda: changes(carols, alice) == [("online", None)])
    await hub.pool.run(beat, laptop, "online", talk)
    await bobs.until(lambda: changes(bobs, alice)[-1:] == [("online", str(talk.pk))])
    await hub.pool.run(beat, laptop, "away", talk)
    await carols.until(lambda: changes(carols, alice) == [("online", None), ("away", None)])


async def test_the_blocked_are_told_nothing_of_each_other(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, carol, _talk = cast
    await made(hub, lambda: actions.create_group(creator=alice, title="All", people=[bob, carol]))
    await hub.pool.run(lambda: api(bob).put(f"/api/users/{alice.pk}/block"))
    carols, bobs = await connect(carol.pk, session="c"), await connect(bob.pk, session="b")
    alices = await connect(alice.pk, session="a")
    await carols.until(lambda: changes(carols, alice) and changes(carols, bob))
    await hub.pool.run(lambda: beat(api(bob), "invisible"))
    await carols.until(lambda: changes(carols, bob)[-1:] == [("offline", None)])
    assert changes(bobs, alice) == changes(alices, bob) == []


async def test_a_block_hides_both_at_once_and_its_end_shows_them_again(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, carol, talk = cast
    await made(hub, lambda: actions.create_group(creator=alice, title="All", people=[bob, carol]))
    alices = await connect(alice.pk, session="a")
    carols, bobs = await connect(carol.pk, session="c"), await connect(bob.pk, session="b")
    laptop = await hub.pool.run(api, alice)
    await hub.pool.run(beat, laptop, "online", talk)
    await bobs.until(lambda: ("online", str(talk.pk)) in changes(bobs, alice))
    await alices.until(lambda: ("online", None) in changes(alices, bob))
    before = changes(carols, alice)
    await hub.pool.run(lambda: laptop.put(f"/api/users/{bob.pk}/block"))
    await bobs.until(lambda: changes(bobs, alice)[-1] == ("offline", None))
    assert bobs.of("presence.changed")[-1].data["last_seen_at"] is None
    await alices.until(lambda: changes(alices, bob)[-1] == ("offline", None))
    await hub.pool.run(lambda: laptop.delete(f"/api/users/{bob.pk}/block"))
    await bobs.until(lambda: changes(bobs, alice)[-1] == ("online", str(talk.pk)))
    await alices.until(lambda: changes(alices, bob)[-1] == ("online", None))
    assert changes(carols, alice) == before, "it concerns nobody else"


async def test_the_end_of_one_block_of_two_shows_nothing(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, _carol, _talk = cast
    bobs, alices = await connect(bob.pk, session="b"), await connect(alice.pk, session="a")
    await bobs.until(lambda: changes(bobs, alice) == [("online", None)])
    await hub.pool.run(lambda: api(alice).put(f"/api/users/{bob.pk}/block"))
    await hub.pool.run(lambda: api(bob).put(f"/api/users/{alice.pk}/block"))
    await hub.pool.run(lambda: api(alice).delete(f"/api/users/{bob.pk}/block"))
    await bobs.until(lambda: len(changes(bobs, alice)) >= 4)
    assert {status for status, _where in changes(bobs, alice)[1:]} == {"offline"}
    assert {status for status, _where in changes(alices, bob)[1:]} <= {"offline"}


async def test_becoming_invisible_looks_like_leaving(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, _carol, _talk = cast
    bobs, laptop = await connect(bob.pk, session="b"), await hub.pool.run(api, alice)
    await hub.pool.run(beat, laptop, "online")
    await bobs.until(lambda: changes(bobs, alice) == [("online", None)])
    await hub.pool.run(beat, laptop, "invisible")
    await bobs.until(lambda: changes(bobs, alice) == [("online", None), ("offline", None)])
    await hub.pool.run(beat, laptop, "away")
    await bobs.until(lambda: changes(bobs, alice)[2:] == [("away", None)])


async def test_a_hidden_device_is_not_seen_for_a_moment_when_it_comes(
    cast: Any, api: Api, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, _carol, _talk = cast
    bobs = await connect(bob.pk, session="b")
    laptop = await hub.pool.run(api, alice)
    await hub.pool.run(beat, laptop, "invisible")
    session = str((await hub.pool.run(Hidden.objects.get)).session_id)
    kept.settle([])
    store._stores.clear()  # it lost everything
    alices = await connect(alice.pk, session=session)
    await knows(hub, alice, "invisible", kept)
    await asyncio.sleep(0.3)
    assert changes(bobs, alice) == []
    alices.task.cancel()
    await asyncio.sleep(0.2)
    assert changes(bobs, alice) == []


@pytest.fixture
def short_lease(settings: Settings) -> None:
    """To be asked for before the hub."""
    settings.PRESENCE_TTL_S = 1


async def test_a_store_that_lost_everything_is_told_again(
    short_lease: None, cast: Any, connect: Connect, hub: Hub, kept: Store, settings: Settings
) -> None:
    alice, _bob, _carol, _talk = cast
    await connect(alice.pk, session="a")
    await knows(hub, alice, "online", kept)
    if settings.REDIS_URL:
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
    else:
        store._stores.clear()
    await knows(hub, alice, "online", kept)


async def test_the_store_away_for_a_while_changes_nothing(
    cast: Any, connect: Connect, hub: Hub, kept: Store, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    alice, bob, _carol, _talk = cast
    monkeypatch.setattr(board, "FAILED_RETRY_S", 0.05)
    bobs = await connect(bob.pk, session="b")

    def away(*_args: Any, **_options: Any) -> None:
        raise StoreAway

    with monkeypatch.context() as patch:
        patch.setattr(type(kept), "write", away)
        await connect(alice.pk, session="a")
        await asyncio.sleep(0.2)
        assert changes(bobs, alice) == []
    await bobs.until(lambda: changes(bobs, alice) == [("online", None)])


async def test_the_people_of_a_dead_process_go_within_its_time_to_live(
    cast: Any, connect: Connect, hub: Hub, kept: Store
) -> None:
    alice, bob, _carol, _talk = cast
    bobs = await connect(bob.pk, session="b")
    now = time.time()
    kept.renew("another process", now=now, until=now + 600)
    kept.write([(str(alice.pk), Line("a", "another process", now))], now=now)
    await bobs.until(lambda: changes(bobs, alice) == [("online", None)])
    kept.renew("another process", now=now, until=time.time() + 0.1)  # the last one before it died
    await bobs.until(lambda: changes(bobs, alice) == [("online", None), ("offline", None)])


async def test_switched_off_nobody_is_told(transactional_db: None, settings: Settings) -> None:
    settings.REALTIME = {**settings.REALTIME, "WATCHERS": []}
    assert Hub().watchers == []


class TestManyAtOnce:
    """A herd is few queries, few messages, and one write for each stream."""

    PEOPLE = 1200

    @pytest.fixture
    def herd(self, alice: User) -> list[User]:
        people: list[User] = User.objects.bulk_create(User(username=f"p{number}") for number in range(self.PEOPLE))
        for start in range(0, self.PEOPLE, 100):
            actions.create_group(creator=alice, title="Group", people=people[start : start + 100])
        actions.create_group(creator=alice, title="Too many for presence", people=people)
        return people

    def test_queries_and_messages(
        self, herd: list[User], kept: Store, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        now = time.time()
        kept.write([(str(person.pk), Beat("s", Status.ONLINE, now)) for person in herd], now=now)
        told: list[Any] = []
        monkeypatch.setattr(ephemeral, "send", lambda events: told.append(events))
        with django_assert_num_queries(2 * 7):  # two batches: noted as seen (4), who shares what, last seen, blocks
            sweeping.sweep(kept, now=now)
        assert [len(events) for events in told] == [1000, 200]
        messages = [message for events in told for message in ephemeral._messages(events)]
        assert len(messages) == 6
        assert {len(event.topics) for events in told for event in events} == {1}, "the large group carries none"
        told.clear()
        sweeping.sweep(kept, now=now)
        assert told == []
