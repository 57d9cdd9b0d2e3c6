"""Messages older than the settings say are removed by the worker, like any other; nobody is told but clients."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import time_machine
from pytest_django import Settings

from accounts.models import User
from chat import actions
from chat.models import Message, RemovedMessage
from notifications.follower import follow
from notifications.models import Notification
from realtime.models import Event
from realtime.sequencer import look

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


def test_what_is_too_old_goes(settings: Settings, say: Any, api: Any, alice: User, bob: User, carol: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        talk, _new = actions.open_direct(user=alice, partner=bob)
        group = actions.create_group(creator=alice, title="River Team", people=[bob])
        actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])  # a line that nobody said
        old = [say(alice, talk, "old"), say(alice, group, "old in a group")]
        clock.shift(timedelta(days=20))
        new = say(alice, talk, "new")
        clock.shift(timedelta(days=11))
        actions.remove_old()
        assert Message.objects.filter(deleted_at=None).count() == 4  # the settings keep all
        settings.KEEP_DIRECT_DAYS = 30
        for _ in range(2):
            actions.remove_old()
        assert [message.content for message in talk.messages.order_by("seq")] == ["", "new"]
        told = [orjson.loads(event.payload) for event in Event.objects.filter(type="message.deleted")]
        assert [(event["message_id"], event["by"]) for event in told] == [(str(old[0].pk), None)]
        assert not Event.objects.filter(payload__contains='"content":"old"').exists()
        assert not RemovedMessage.objects.exists()
        look()
        follow()
        assert not Notification.objects.filter(type="message.deleted").exists()
        settings.KEEP_GROUP_DAYS = 30
        actions.remove_old()
        assert group.messages.get(pk=old[1].pk).content == ""
        assert group.messages.get(seq=1).content == "Alice Moreau added Carol Weiss"
        assert api(bob).get(f"/api/messages/{new.pk}").json()["content"] == "new"
        assert api(bob).get("/api/unread-counts").json()["total"] == 1


def test_nothing_outlives_it_in_a_deleted_group_or_with_the_staff(
    settings: Settings, say: Any, alice: User, bob: User, admin: User
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        talk, _new = actions.open_direct(user=alice, partner=bob)
        group = actions.create_group(creator=alice, title="River Team", people=[bob])
        said = [say(bob, talk, "rude"), say(bob, group, "in a group that is gone")]
        clock.shift(timedelta(days=29))
        actions.remove_message(message=said[0], by=admin)
        actions.delete_group(user=alice, conversation_id=group.pk)
        settings.KEEP_DIRECT_DAYS = settings.KEEP_GROUP_DAYS = 30
        actions.remove_old()
        assert RemovedMessage.objects.get().content == "rude"
        assert group.messages.get().content == "in a group that is gone"
        clock.shift(timedelta(days=2))
        actions.remove_old()
        assert not RemovedMessage.objects.exists()
        assert group.messages.get().content == ""
        assert not Event.objects.filter(payload__contains="in a group that is gone").exists()
