"""Ticks as notifications, for those who want them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from chat import actions
from chat.models import Conversation
from notifications.models import Notification
from tests.notifications.conftest import Api, Listed

pytestmark = pytest.mark.django_db(transaction=True)

PREFERENCES = "/api/notifications/preferences"


@pytest.fixture
def wants(alice: User, api: Api) -> None:
    levels = {"message.read": {"in_app": True}, "message.delivered": {"in_app": True}}
    assert api(alice).put(PREFERENCES, {"levels": levels}, format="json").status_code == 200


def titles(listed: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return sorted((each["type"], each["title"], each["count"]) for each in listed)


def test_nobody_is_told_who_did_not_ask(alice: User, bob: User, talk: Conversation, say: Any, of: Listed) -> None:
    message = say(alice, talk)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=message.seq)
    assert of(alice) == []


def test_delivered_then_read(wants: None, alice: User, bob: User, talk: Conversation, say: Any, of: Listed) -> None:
    first = say(alice, talk, "one")
    actions.mark_delivered(user=bob, conversation_id=talk.pk, seq=first.seq)
    (delivered,) = of(alice)
    assert (delivered["type"], delivered["title"]) == ("message.delivered", "Delivered to Bob Lindqvist")
    assert (delivered["text"], delivered["data"]["message_id"]) == ("one", str(first.pk))
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=first.seq)
    assert ("message.read", "Bob Lindqvist read your message", 1) in titles(of(alice))
    second = say(alice, talk, "two")
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=second.seq)
    assert titles(of(alice)) == [
        ("message.delivered", "Delivered to Bob Lindqvist", 1),
        ("message.read", "Bob Lindqvist read your messages", 2),
    ]
    assert not Notification.objects.filter(user=bob, type__in=["message.read", "message.delivered"]).exists()


def test_each_is_told_once(wants: None, alice: User, bob: User, talk: Conversation, say: Any, of: Listed) -> None:
    say(alice, talk)
    theirs = say(bob, talk)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
    assert len(of(alice, unread="true")) == 2  # and his message
    actions.mark_delivered(user=bob, conversation_id=talk.pk, seq=theirs.seq)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=theirs.seq)
    assert [each[2] for each in titles(of(alice)) if each[0] == "message.read"] == [1]


def test_who_hides_what_they_read_is_told_of_no_reading(
    wants: None, alice: User, bob: User, talk: Conversation, say: Any, of: Listed, api: Api
) -> None:
    api(alice).patch("/api/users/me", {"preferences": {"receipts": False}}, format="json")
    message = say(alice, talk)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=message.seq)
    assert [each[0] for each in titles(of(alice))] == ["message.delivered"]
