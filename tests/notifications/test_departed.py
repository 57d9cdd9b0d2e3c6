"""Who is not in a conversation any more is told nothing of it, and keeps nothing of it, but that they are not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from chat import actions
from chat.models import Conversation, Role
from notifications.actions import carry_out
from notifications.follower import READER
from notifications.happenings import HANDLERS, Happenings
from notifications.models import Notification
from realtime import readers
from realtime.sequencer import look
from tests.notifications.conftest import summary, told

pytestmark = pytest.mark.django_db

REMOVED = ("group.member_removed", "Alice Moreau removed you from River Team", "")


def read_on() -> tuple[Any, Any]:
    """What a worker has in hands that has read of what happened, and has yet to write what came of it."""
    while look().placed:
        pass
    part = readers.next_part(READER, types=HANDLERS, limit=200)
    happenings = Happenings(part.events)
    return part, (happenings.changes(), happenings.outcomes, happenings.now)


def remove(alice: User, bob: User, group: Conversation) -> None:
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)


def test_what_happened_before_is_told_to_nobody_who_is_gone_by_then(
    of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    say(alice, group, "secret")
    part, found = read_on()
    assert any(bob.pk in change.user_ids for change in found[0])
    remove(alice, bob, group)
    carry_out(part, *found)
    assert "secret" not in str(told(bob))
    assert "secret" in str(told(carol))
    assert summary(of(bob)) == [REMOVED]
    assert "secret" not in str(told(bob))


def test_nor_what_happened_to_themselves(of: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    remove(alice, bob, group)
    assert summary(of(bob)) == [REMOVED]
    actions.add_participants(user=alice, conversation_id=group.pk, people=[bob])
    part, found = read_on()
    remove(alice, bob, group)
    carry_out(part, *found)
    assert [each["type"] for each in of(bob)] == ["group.member_removed"]


def test_nor_what_they_wanted_to_be_reminded_of(of: Any, say: Any, alice: User, bob: User, group: Conversation) -> None:
    message = say(alice, group, "secret")
    soon = timezone.now() + timedelta(hours=1)
    actions.set_reminder(user=bob, message_id=message.pk, remind_at=soon)
    of(bob)
    with time_machine.travel(soon + timedelta(minutes=1)):
        actions.remind_due()
        before = len(told(bob))
        remove(alice, bob, group)
        assert "reminder" not in [each["type"] for each in of(bob)]
        assert "secret" not in str(told(bob)[before:])


def test_nor_how_a_message_was_edited_since(of: Any, say: Any, alice: User, bob: User, group: Conversation) -> None:
    message = say(alice, group, "Hello")
    of(bob)
    actions.edit_message(user=alice, message_id=message.pk, content="secret")
    part, found = read_on()
    remove(alice, bob, group)
    carry_out(part, *found)
    assert not Notification.objects.filter(user=bob, text="secret").exists()


@pytest.mark.parametrize("leaves", [False, True])
def test_what_they_were_told_goes_and_that_they_are_gone_stays(
    of: Any,
    api: Any,
    say: Any,
    leaves: bool,
    alice: User,
    bob: User,
    carol: User,
    group: Conversation,
    talk: Conversation,
) -> None:
    say(carol, group, "One")
    (old,) = of(bob)
    api(bob).patch(f"/api/notifications/{old['id']}/read")
    say(carol, group, "Two")
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=carol.pk)
    say(alice, talk, "Between us")
    assert {each["type"] for each in of(bob)} == {"message.new", "group.member_removed"}
    assert len(of(bob)) == 4
    if leaves:
        actions.leave(user=bob, conversation_id=group.pk)
    else:
        remove(alice, bob, group)
    mine = ("group.member_left", "You left River Team", "") if leaves else REMOVED
    assert sorted(summary(of(bob))) == sorted([mine, ("message.new", "New message from Alice Moreau", "Between us")])
    gone = told(bob, "deleted")[-1]
    assert len(gone["ids"]) == 3
    assert old["id"] in gone["ids"]
    assert "River" not in str(gone)


def test_who_comes_back_is_told_again(of: Any, say: Any, alice: User, bob: User, group: Conversation) -> None:
    say(alice, group, "One")
    remove(alice, bob, group)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[bob])
    say(alice, group, "Two")
    assert [each["type"] for each in of(bob)] == ["message.new", "group.invite", "group.member_removed"]
    assert of(bob)[0]["text"] == "Two"
