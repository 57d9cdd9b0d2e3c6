"""POST /api/realtime/typing: who hears of it, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation
from presence import store, typists
from presence.redis_store import RedisStore
from realtime import ephemeral
from realtime.hub import Hub
from realtime.passing import Passing
from tests.presence.conftest import Api, Client, made
from tests.realtime.conftest import eventually

Heard = list[Passing]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What is told, where no hub is there to hand it out."""
    events: Heard = []
    monkeypatch.setattr(ephemeral, "send", events.extend)
    return events


def type_in(device: APIClient, conversation: Any, is_typing: Any = True) -> int:
    body = {"conversation_id": str(getattr(conversation, "pk", conversation)), "is_typing": is_typing}
    return int(device.post("/api/realtime/typing", body, format="json").status_code)


# --- what is told -----------------------------------------------------------------------------------------------------
def test_one_signal_in_two_seconds_is_told_and_the_rest_swallowed(
    api: Api, heard: Heard, alice: User, talk: Conversation
) -> None:
    laptop, phone = api(alice), api(alice)
    for device in (laptop, laptop, phone):
        assert type_in(device, talk) == 204
    assert [event.type for event in heard] == ["typing.started"]


def test_each_conversation_and_each_person_has_its_own_two_seconds(
    api: Api, heard: Heard, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    other = actions.open_direct(user=alice, partner=carol)[0]
    for person, conversation in ((alice, talk), (alice, other), (bob, talk)):
        type_in(api(person), conversation)
    assert len(heard) == 3


@pytest.mark.sqlite
def test_after_two_seconds_it_is_told_again(api: Api, heard: Heard, alice: User, talk: Conversation) -> None:
    """With the clock of Valkey itself this would have to be slept through."""
    start, device = timezone.now(), api(alice)
    with time_machine.travel(start, tick=False) as clock:
        type_in(device, talk)
        clock.move_to(start + timedelta(seconds=1.9))
        type_in(device, talk)
        clock.move_to(start + timedelta(seconds=2))
        type_in(device, talk)
    assert len(heard) == 2


def test_an_end_is_told_once_and_only_after_a_beginning(
    api: Api, heard: Heard, alice: User, talk: Conversation
) -> None:
    device = api(alice)
    assert type_in(device, talk, False) == 204
    assert heard == []
    for is_typing in (True, False, False):
        assert type_in(device, talk, is_typing) == 204
    assert [event.type for event in heard] == ["typing.started", "typing.stopped"]


def test_who_hides_their_typing_is_not_seen_and_sees_none(
    api: Api, heard: Heard, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="Three", people=[bob, carol])
    api(bob).patch("/api/users/me", {"preferences": {"typing": False}}, format="json")
    assert type_in(api(bob), group) == 204
    assert heard == []
    type_in(api(alice), group)
    [event] = heard
    assert set(event.skips) == {str(alice.pk), str(bob.pk)}


def test_between_the_blocked_nobody_types(api: Api, heard: Heard, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="Three", people=[bob, carol])
    api(alice).put(f"/api/users/{bob.pk}/block")
    for person in (alice, bob):
        type_in(api(person), group)
    assert [set(event.skips) for event in heard] == [{str(alice.pk), str(bob.pk)}] * 2


def test_outsiders_and_nonsense(api: Api, heard: Heard, alice: User, carol: User, talk: Conversation) -> None:
    assert type_in(api(carol), talk) == type_in(api(carol), uuid4()) == 404
    assert type_in(api(alice), "x") == type_in(api(alice), talk, "maybe") == type_in(api(alice), talk, None) == 400
    assert api(alice).post("/api/realtime/typing", {"is_typing": True}, format="json").status_code == 400
    assert heard == []


def test_who_was_removed_is_an_outsider(api: Api, heard: Heard, alice: User, bob: User) -> None:
    group = actions.create_group(creator=alice, title="Two", people=[bob])
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert type_in(api(bob), group) == 404
    assert heard == []


def test_switched_off_it_is_swallowed(
    settings: Settings, api: Api, heard: Heard, alice: User, talk: Conversation
) -> None:
    settings.TYPING = False
    assert type_in(api(alice), talk) == 204
    assert heard == []


def test_without_the_store_each_process_counts_for_itself(
    api: Api, heard: Heard, alice: User, talk: Conversation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_stores", {settings.REDIS_URL: RedisStore("redis://127.0.0.1:9")})
    for is_typing in (True, True, False):
        assert type_in(api(alice), talk, is_typing) == 204
    assert [event.type for event in heard] == ["typing.started", "typing.stopped"]


def test_a_signal_costs_few_queries(
    api: Api, heard: Heard, alice: User, talk: Conversation, django_assert_num_queries: Any
) -> None:
    device = api(alice)
    with django_assert_num_queries(3):  # the session, the participant, who hides
        type_in(device, talk)
    with django_assert_num_queries(2):
        type_in(device, talk)


# --- who hears it, and how it ends ------------------------------------------------------------------------------------
Typing = Callable[..., Awaitable[int]]


def typing(client: Client) -> list[tuple[str, str]]:
    frames = [frame for frame in client.frames if frame.type.startswith("typing.")]
    return [(frame.type.removeprefix("typing."), frame.data["display_name"]) for frame in frames]


async def test_the_others_hear_it_and_none_of_ones_own_devices(cast: Any, api: Api, connect: Any, hub: Hub) -> None:
    alice, bob, carol, talk = cast
    alices, bobs, carols = [await connect(person.pk) for person in (alice, bob, carol)]
    await hub.pool.run(lambda: type_in(api(alice), talk))
    await bobs.until(lambda: typing(bobs))
    [frame] = bobs.of("typing.started")
    assert frame.data == {
        "conversation_id": str(talk.pk),
        "user_id": str(alice.pk),
        "display_name": "Alice Moreau",
    }
    assert not frame.id
    await hub.pool.run(lambda: type_in(api(alice), talk, False))
    await bobs.until(lambda: typing(bobs) == [("started", "Alice Moreau"), ("stopped", "Alice Moreau")])
    assert typing(alices) == typing(carols) == []


async def test_it_ends_by_itself(cast: Any, api: Api, connect: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typists, "ENDS_AFTER_S", 0.3)
    alice, bob, _carol, talk = cast
    bobs = await connect(bob.pk)
    await hub.pool.run(lambda: type_in(api(alice), talk))
    await bobs.until(lambda: typing(bobs) == [("started", "Alice Moreau"), ("stopped", "Alice Moreau")])
    await hub.pool.run(lambda: type_in(api(alice), talk, False))
    await asyncio.sleep(0.1)
    assert len(typing(bobs)) == 2, "an end that was told is not told again"


async def test_renewing_it_puts_the_end_off(
    cast: Any, api: Api, connect: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typists, "SIGNAL_EVERY_S", 0.01)
    alice, bob, _carol, talk = cast
    bobs, device = await connect(bob.pk), await hub.pool.run(api, alice)

    def ends_at() -> float:
        [[typist]] = [people.values() for people in hub.watchers[-1]._typing.values()]  # type: ignore[attr-defined]
        return float(typist.ends.when())

    await hub.pool.run(type_in, device, talk)
    await bobs.until(lambda: typing(bobs))
    first_end = ends_at()

    async def is_put_off() -> bool:
        await hub.pool.run(type_in, device, talk)
        return ends_at() > first_end

    await eventually(is_put_off)
    assert {kind for kind, _name in typing(bobs)} == {"started"}


async def test_it_ends_with_the_message(cast: Any, api: Api, say: Any, connect: Any, hub: Hub) -> None:
    alice, bob, _carol, talk = cast
    bobs = await connect(bob.pk)
    await hub.pool.run(lambda: type_in(api(alice), talk))
    await bobs.until(lambda: typing(bobs))
    await hub.pool.run(say, bob, talk, "me too")
    await bobs.until(lambda: bobs.of("message.created"))
    assert len(typing(bobs)) == 1, "that was somebody else's"
    await hub.pool.run(say, alice, talk, "here it is")
    await bobs.until(lambda: len(bobs.of("message.created")) == 2)
    assert typing(bobs) == [("started", "Alice Moreau"), ("stopped", "Alice Moreau")]
    assert hub.watchers[-1]._typing == {}  # type: ignore[attr-defined]


async def test_who_left_hears_nothing_more(cast: Any, api: Api, connect: Any, hub: Hub) -> None:
    alice, bob, carol, _talk = cast
    group = await made(hub, lambda: actions.create_group(creator=alice, title="All", people=[bob, carol]))
    bobs, carols = await connect(bob.pk), await connect(carol.pk)
    await hub.pool.run(lambda: actions.leave(user=carol, conversation_id=group.pk))
    await carols.until(lambda: carols.of("participant.left"))
    await hub.pool.run(lambda: type_in(api(alice), group))
    await bobs.until(lambda: typing(bobs))
    assert typing(carols) == []
