"""PUT /api/conversations/{id}/read-marker and GET /api/unread-counts"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Receipt
from realtime.models import Event

Api = Callable[[User], APIClient]


@pytest.fixture
def mark(api: Api, talk: Conversation) -> Callable[..., Any]:
    def put(user: User, **body: Any) -> Any:
        return api(user).put(f"/api/conversations/{talk.pk}/read-marker", body, format="json")

    return put


def events(event_type: str) -> list[Any]:
    return [orjson.loads(event.payload) for event in Event.objects.filter(type=event_type).order_by("id")]


@pytest.mark.django_db
def test_reading_moves_forward_and_never_back(mark: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    for _ in range(3):
        say(alice, talk)
    assert mark(bob, seq=2).json() == {"read_seq": 2, "unread": 1}
    assert mark(bob, seq=1).json() == {"read_seq": 2, "unread": 1}
    assert mark(bob, seq=999).json() == {"read_seq": 3, "unread": 0}


@pytest.mark.django_db
def test_the_others_are_told_and_so_are_ones_own_devices(
    mark: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(alice, talk)
    mark(bob, seq=1)
    mark(bob, seq=1)
    (told,) = events("receipt.updated")
    (receipt,) = told["receipts"]
    assert (receipt["user_id"], receipt["read_seq"], receipt["delivered_seq"]) == (str(bob.pk), 1, 1)
    assert str(bob.pk) in Event.objects.get(type="receipt.updated").routing
    (own,) = events("unread.updated")
    assert own == {
        "conversation_id": str(talk.pk),
        "unread": 0,
        "mentions": 0,
        "read_seq": 1,
        "read_senders": {},
        "last_seq": 1,
        "deleted_count": 0,
        "total": 0,
    }
    assert Event.objects.get(type="unread.updated").topic == f"user:{bob.pk}"
    assert [(kept.status, kept.positions) for kept in Receipt.objects.all()] == [("read", {str(bob.pk): 1})]


@pytest.mark.django_db
def test_marking_unread_goes_back_for_oneself_alone(
    api: Api, mark: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    for _ in range(3):
        say(alice, talk)
    mark(bob, seq=3)
    assert mark(bob, unread_from=2).json() == {"read_seq": 1, "unread": 2}
    assert len(events("receipt.updated")) == 1
    seen_by_alice = api(alice).get(f"/api/conversations/{talk.pk}").json()["participants"]
    assert {person["user"]["username"]: person["read_seq"] for person in seen_by_alice}["bob"] == 3
    assert mark(bob, seq=3).json() == {"read_seq": 3, "unread": 0}
    assert len(events("receipt.updated")) == 1


@pytest.mark.django_db
def test_own_and_system_and_deleted_messages_do_not_count(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(bob, talk)
    deleted, system, counted = say(alice, talk), say(alice, talk), say(alice, talk)
    Message.objects.filter(pk=deleted.pk).update(deleted_at="2026-01-01T00:00:00Z")
    Message.objects.filter(pk=system.pk).update(type="system")
    assert counted.seq == 4
    assert api(bob).get("/api/unread-counts").json()["total"] == 1


@pytest.mark.django_db
def test_counts_by_conversation_and_by_sender(
    api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    say(alice, talk)
    say(alice, group)
    say(carol, group)
    assert api(bob).get("/api/unread-counts").json() == {
        "total": 3,
        "conversations": {str(talk.pk): 1, str(group.pk): 2},
        "users": {str(alice.pk): 2, str(carol.pk): 1},
    }
    assert api(alice).get("/api/unread-counts").json()["total"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [{}, {"seq": -1}, {"seq": "x"}, {"seq": None}, {"seq": 1, "unread_from": 1}, {"unread_from": 0}]
)
def test_markers_that_make_no_sense(mark: Any, bob: User, body: dict[str, Any]) -> None:
    assert mark(bob, **body).status_code == 400


@pytest.mark.django_db
def test_outsiders_get_404(mark: Any, carol: User) -> None:
    assert mark(carol, seq=1).status_code == 404
