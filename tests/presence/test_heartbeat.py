"""POST /api/presence/heartbeat, and what others see of it by GET /api/presence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from accounts import actions as account_actions
from accounts.models import Session, User
from chat import actions
from chat.models import Conversation
from presence import store, sweeping
from presence.models import Hidden
from presence.redis_store import RedisStore
from tests.presence.conftest import Api, beat

Look = Callable[..., Any]


def test_a_heartbeat_makes_online(api: Api, look: Look, alice: User, bob: User, talk: Conversation) -> None:
    assert look(bob, alice) == {
        "user_id": str(alice.pk),
        "status": "offline",
        "last_seen_at": None,
        "conversation_id": None,
    }
    assert beat(api(alice)).status_code == 204
    assert look(bob, alice)["status"] == "online"
    assert beat(api(alice), "away").status_code == 204


def test_away_is_seen_as_away(api: Api, look: Look, alice: User, bob: User, talk: Conversation) -> None:
    laptop = api(alice)
    beat(laptop)
    beat(laptop, "away")
    assert look(bob, alice)["status"] == "away"


def test_it_is_over_after_the_time_to_live(api: Api, look: Look, alice: User, bob: User, talk: Conversation) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        beat(api(alice))
        clock.shift(44)
        assert look(bob, alice)["status"] == "online"
        clock.shift(2)
        assert look(bob, alice)["status"] == "offline"


def test_the_most_present_of_many_devices_counts(
    api: Api, look: Look, alice: User, bob: User, talk: Conversation
) -> None:
    beat(api(alice))
    beat(api(alice), "away")
    assert look(bob, alice)["status"] == "online"


def test_invisible_on_one_device_is_offline_to_others_and_invisible_to_oneself(
    api: Api, look: Look, alice: User, bob: User, talk: Conversation
) -> None:
    phone, laptop = api(alice), api(alice)
    beat(bob_laptop := api(bob))
    beat(phone, "invisible", talk)
    beat(laptop, "online", talk)
    assert look(bob, alice) == {
        "user_id": str(alice.pk),
        "status": "offline",
        "last_seen_at": None,
        "conversation_id": None,
    }
    assert look(alice, alice)["status"] == "invisible"
    assert look(alice, bob)["status"] == "online", "whoever hides still sees"
    beat(phone, "online")
    assert look(bob, alice)["status"] == "online"
    assert bob_laptop.get("/api/presence").json() == {"results": [], "online_count": 0}, "nobody has swept yet"


def test_a_hidden_device_is_remembered_as_long_as_it_is_logged_in(api: Api, alice: User) -> None:
    phone = api(alice)
    beat(phone, "invisible")
    beat(phone, "invisible")
    session = Session.objects.get(user=alice)
    assert Hidden.objects.among([str(session.pk), "nonsense", ""]) == {str(session.pk)}
    beat(phone, "away")
    assert not Hidden.objects.exists()
    beat(phone, "invisible")
    account_actions.end_session(session=session, reason=Session.EndReason.LOGOUT)
    Session.objects.all().delete()
    assert not Hidden.objects.exists()


def test_the_conversation_is_for_those_inside_it(
    api: Api, look: Look, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    group = actions.create_group(creator=alice, title="Three", people=[bob, carol])
    beat(api(alice), "online", talk)
    assert look(bob, alice)["conversation_id"] == str(talk.pk)
    assert look(carol, alice) == {**look(bob, alice), "conversation_id": None}
    beat(api(alice), "online", group)
    assert look(carol, alice)["conversation_id"] == str(group.pk)
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=carol.pk)
    assert look(carol, alice)["status"] == "offline", "now they share nothing"


def test_strangers_and_who_does_not_exist_look_the_same(
    api: Api, look: Look, alice: User, carol: User, talk: Conversation
) -> None:
    beat(api(alice), "online")
    User.objects.update(last_seen_at=timezone.now())
    nobody = uuid4()
    answer = api(carol).get(f"/api/presence?user_ids={alice.pk},{nobody},{carol.pk}").json()
    stranger, unknown, oneself = answer["results"]
    assert {**stranger, "user_id": None} == {**unknown, "user_id": None}
    assert stranger == {"user_id": str(alice.pk), "status": "offline", "last_seen_at": None, "conversation_id": None}
    assert unknown["user_id"] == str(nobody)
    assert oneself["status"] == "offline"
    assert oneself["last_seen_at"]


def test_the_blocked_see_nothing_of_each_other(
    api: Api, look: Look, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    actions.create_group(creator=alice, title="Three", people=[bob, carol])
    for person in (alice, bob):
        beat(api(person))
    assert api(alice).put(f"/api/users/{bob.pk}/block").status_code in {200, 201, 204}
    assert look(bob, alice)["status"] == look(alice, bob)["status"] == "offline"
    assert look(bob, alice)["last_seen_at"] is None
    assert look(carol, alice)["status"] == look(carol, bob)["status"] == "online"


def test_a_deleted_conversation_is_nothing_shared(api: Api, look: Look, alice: User, carol: User, admin: User) -> None:
    group = actions.create_group(creator=alice, title="Two", people=[carol])
    beat(api(alice))
    assert look(carol, alice)["status"] == "online"
    actions.delete_group(user=alice, conversation_id=group.pk)
    assert look(carol, alice)["status"] == "offline"


def test_the_list_is_in_the_order_asked(api: Api, look: Look, alice: User, bob: User, talk: Conversation) -> None:
    beat(api(bob))
    assert [each["status"] for each in look(alice, bob, alice, bob)] == ["online", "offline", "online"]


@pytest.mark.parametrize(
    "user_ids",
    [
        "x",
        "1",
        "a,b",
        ",",
        f"{UUID(int=7)},",
        "\x00",
        "%00",
        f"{UUID(int=7)} {UUID(int=7)}",
        ",".join([str(UUID(int=7))] * 201),
    ],
)
def test_bad_ids_are_refused(api: Api, alice: User, user_ids: str) -> None:
    answer = api(alice).get("/api/presence", {"user_ids": user_ids})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith("user_ids")


def test_two_hundred_cost_no_more_queries_than_one(
    api: Api, alice: User, bob: User, talk: Conversation, django_assert_num_queries: Any
) -> None:
    reader = api(alice)
    others = [str(uuid4()) for _ in range(199)]
    for ids in ([str(bob.pk)], [str(bob.pk), *others]):
        with django_assert_num_queries(2):  # the session with its user, and who shares what
            assert reader.get(f"/api/presence?user_ids={','.join(ids)}").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": "offline"},
        {"status": "Online"},
        {"status": None},
        {"status": ["online"]},
        {"status": "online", "conversation_id": "x"},
        {"status": "online", "conversation_id": 7},
        [],
        "online",
    ],
)
def test_nonsense_is_refused(api: Api, alice: User, body: Any) -> None:
    assert api(alice).post("/api/presence/heartbeat", body, format="json").status_code == 400


def test_a_conversation_of_others_is_not_found(api: Api, look: Look, carol: User, talk: Conversation) -> None:
    device = api(carol)
    answer = beat(device, "online", talk)
    missing = beat(device, "online", conversation_id=str(uuid4()))
    assert answer.status_code == missing.status_code == 404
    assert answer.content == missing.content
    assert look(carol, carol)["status"] == "offline"
    assert beat(device, "online", conversation_id=None).status_code == 204


@pytest.mark.parametrize("path", ["/api/presence", "/api/presence/heartbeat", "/api/realtime/typing"])
def test_only_for_those_who_are_logged_in(client: Any, db: None, path: str) -> None:
    answer = client.get(path) if path.endswith("presence") else client.post(path)
    assert answer.status_code == 401


def test_seen_is_noted_at_most_once_a_minute_and_not_of_the_invisible(
    api: Api, look: Look, alice: User, bob: User, talk: Conversation
) -> None:
    start = timezone.now().replace(microsecond=0)
    laptop = api(alice)

    def sweep_and_look() -> Any:
        sweeping.sweep(store.get(), now=timezone.now().timestamp())
        return User.objects.get(pk=alice.pk).last_seen_at

    with time_machine.travel(start, tick=False) as clock:
        beat(laptop)
        assert sweep_and_look() == start
        for seconds in (30, 59):
            clock.move_to(start + timedelta(seconds=seconds))
            beat(laptop)
            assert sweep_and_look() == start
        clock.move_to(start + timedelta(seconds=60))
        beat(laptop)
        assert sweep_and_look() == start + timedelta(seconds=60)
        assert look(bob, alice)["last_seen_at"] == (start + timedelta(seconds=60)).isoformat().replace("+00:00", "Z")
        beat(laptop, "invisible")
        clock.shift(120)
        beat(laptop, "invisible")
        assert sweep_and_look() == start + timedelta(seconds=60)


def test_counting_those_who_are_here(api: Api, alice: User, bob: User, carol: User) -> None:
    beat(api(alice))
    beat(api(bob), "away")
    beat(api(carol), "invisible")
    sweeping.sweep(store.get(), now=timezone.now().timestamp())
    assert api(carol).get("/api/presence").json() == {"results": [], "online_count": 2}


def test_switched_off_it_answers_and_says_nothing(
    settings: Settings, api: Api, alice: User, bob: User, talk: Conversation
) -> None:
    settings.PRESENCE = False
    assert beat(api(alice)).status_code == 204
    assert api(bob).get(f"/api/presence?user_ids={alice.pk}").json() == {"results": [], "online_count": 0}
    assert beat(api(alice), "dancing").status_code == 400


def test_without_the_store_everybody_is_offline_and_nothing_fails(
    api: Api, look: Look, alice: User, bob: User, talk: Conversation, settings: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr(store, "_stores", {settings.REDIS_URL: RedisStore("redis://127.0.0.1:9")})
    assert beat(api(alice)).status_code == 204
    assert look(bob, alice)["status"] == "offline"
    assert api(bob).get("/api/presence").json()["online_count"] == 0
