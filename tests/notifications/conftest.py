"""Alice and Bob talk, and are in a group with Carol; the log becomes notifications when `follow` is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation
from notifications import follower
from notifications.models import Notification
from realtime import topics
from realtime.models import Event
from realtime.sequencer import look
from tests.chat.conftest import say, talk
from tests.presence.conftest import beat, kept

__all__ = ["beat", "kept", "say", "talk"]

Api = Callable[[User], APIClient]
Listed = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def group(alice: User, bob: User, carol: User, follow: Any) -> Conversation:
    """Alice's group with Bob and Carol, who know of it already."""
    made = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    follow()
    for person in (bob, carol):
        Notification.objects.filter(user=person).delete()
    return made


@pytest.fixture
def follow() -> Callable[[], None]:
    """What the worker does every second."""

    def follow_it() -> None:
        while look().placed:
            pass
        follower.follow()

    return follow_it


@pytest.fixture
def of(api: Api, follow: Callable[[], None]) -> Listed:
    """What somebody's list has, once the log was followed: of(bob)[0]["title"]."""

    def listed(person: User, **query: Any) -> list[dict[str, Any]]:
        follow()
        answer = api(person).get("/api/notifications", query)
        assert answer.status_code == 200, answer.content
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    return listed


def told(person: User, event_type: str = "") -> list[dict[str, Any]]:
    """The notification events that somebody's devices got."""
    events = Event.objects.filter(topic=topics.user(person.pk), type__startswith=f"notification.{event_type}")
    return [{"event": event.type, **orjson.loads(event.payload)} for event in events.order_by("id")]


def summary(notifications: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each["type"], each["title"], each["text"]) for each in notifications]
