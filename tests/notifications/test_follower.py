"""What happens, and who is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Role
from notifications import follower
from notifications.models import Notification
from realtime import readers, retention
from realtime.models import Event, Reader
from realtime.sequencer import look
from tests.notifications.conftest import summary, told

pytestmark = pytest.mark.django_db


def test_a_message_is_told_to_all_but_its_sender(
    of: Any, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk, "Are you **there**?")
    (notification,) = of(bob)
    assert notification["type"] == "message.new"
    assert (notification["title"], notification["text"]) == ("New message from Alice Moreau", "Are you there?")
    assert notification["data"]["conversation_id"] == str(talk.pk)
    assert (notification["data"]["message_id"], notification["data"]["seq"]) == (str(message.pk), 1)
    assert notification["data"]["sender_id"] == str(alice.pk)
    assert (notification["count"], notification["is_read"]) == (1, False)
    assert (of(alice), of(carol)) == ([], [])


def test_following_again_tells_nothing_twice(of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk)
    assert [each["count"] for each in of(bob)] == [1]
    assert [each["count"] for each in of(bob)] == [1]
    assert len(told(bob)) == 1


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_nothing(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(alice, talk)

    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    look()
    with monkeypatch.context() as patch:
        patch.setattr("notifications.actions.following.append_many", killed)
        with pytest.raises(KeyboardInterrupt):
            follower.follow()
    assert not Notification.objects.exists()
    assert [each["count"] for each in of(bob)] == [1]


def test_of_two_workers_one_does_it(of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk)
    look()
    part = readers.next_part("notifications", types=["message.created"], limit=10)
    assert len(of(bob)) == 1
    with pytest.raises(readers.Overtaken):
        readers.finish(part)


def test_the_log_is_not_pruned_before_it_was_read(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    of(bob)
    say(alice, talk)
    look()
    Event.objects.update(created_at="2020-01-01T00:00:00Z")
    kept = Reader.objects.get(name="notifications").pos
    retention.prune()
    assert Event.objects.order_by("pos").values_list("pos", flat=True)[0] == kept + 1
    assert len(of(bob)) == 1
    retention.prune()
    assert Event.objects.filter(type="message.created").count() == 0


def test_a_reader_begins_at_the_end_of_the_log(say: Any, alice: User, talk: Conversation) -> None:
    say(alice, talk)
    look()
    Reader.objects.all().delete()
    part = readers.next_part("notifications", types=["message.created"], limit=10)
    assert part.is_empty
    assert not part.events


def test_mentions_and_replies_are_more_than_messages(
    of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    first = say(bob, group, "Who comes?")
    of(bob)
    actions.send_message(
        sender=alice, conversation_id=group.pk, client_id="1", content="Me! And @carol", reply_to=first.pk
    )
    assert summary(of(bob)) == [("reply", "Alice Moreau replied to you in River Team", "Me! And @carol")]
    assert summary(of(carol))[0] == ("mention", "Alice Moreau mentioned you in River Team", "Me! And @carol")
    say(alice, group, "@all come")
    assert {each[0] for each in summary(of(bob))} == {"reply", "mention"}


def test_an_answer_in_a_thread_concerns_who_began_it(
    of: Any, say: Any, alice: User, bob: User, group: Conversation
) -> None:
    root = say(bob, group, "Who comes?")
    actions.send_message(sender=alice, conversation_id=group.pk, client_id="1", content="I", thread_root=root.pk)
    assert summary(of(bob)) == [("reply", "Alice Moreau replied to you in River Team", "I")]


def test_reactions_concern_whose_message_it_is(
    of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    message = say(alice, group, "Rain tomorrow")
    for person, emoji in [(alice, "🎉"), (bob, "👍"), (carol, "👍")]:
        actions.add_reaction(user=person, message_id=message.pk, emoji=emoji)
    assert summary(of(alice)) == [
        ("reaction", "2 reactions from Carol Weiss and Bob Lindqvist in River Team", "Rain tomorrow")
    ]
    actions.remove_reaction(user=bob, message_id=message.pk, emoji="👍")
    assert of(alice)[0]["count"] == 1
    actions.remove_reaction(user=carol, message_id=message.pk, emoji="👍")
    assert of(alice) == []
    assert all(each["type"] == "message.new" for each in of(bob))


def test_a_deleted_message_is_told_to_all(
    of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    message = say(alice, group, "secret")
    of(bob)
    actions.delete_message(user=alice, message_id=message.pk)
    for person in (bob, carol):
        assert summary(of(person)) == [("message.deleted", "Alice Moreau deleted a message in River Team", "")]
    (own,) = of(alice)
    assert (own["type"], own["is_read"]) == ("message.deleted", True)


def test_system_messages_tell_nobody(of: Any, alice: User, bob: User, group: Conversation) -> None:
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"title": "Other"})
    assert Message.objects.filter(type="system").exists()
    assert summary(of(bob)) == [("group.updated", "Other was changed", "")]
    assert [(each["type"], each["is_read"]) for each in of(alice)] == [("group.updated", True)]


def test_who_is_put_into_a_group_is_told(of: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    assert summary(of(bob)) == [("group.invite", "Alice Moreau added you to River Team", "")]
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    assert summary(of(carol)) == [("group.invite", "Alice Moreau added you to River Team", "")]
    assert (len(of(bob)), of(alice)) == (1, [])


def test_who_comes_by_a_link_is_not_told(of: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    code = actions.create_invite(user=alice, conversation_id=group.pk, expires_at=None, max_uses=None).code
    actions.accept_invite(user=carol, code=code)
    assert of(carol) == []


def test_somebody_is_removed(of: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert summary(of(bob)) == [("group.member_removed", "Alice Moreau removed you from River Team", "")]
    assert summary(of(carol)) == [("group.member_removed", "Alice Moreau removed Bob Lindqvist from River Team", "")]
    assert [(each["type"], each["is_read"]) for each in of(alice)] == [("group.member_removed", True)]


def test_somebody_leaves(of: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    actions.leave(user=bob, conversation_id=group.pk)
    assert summary(of(alice)) == [("group.member_left", "Bob Lindqvist left River Team", "")]
    assert [(each["title"], each["is_read"]) for each in of(bob)] == [("You left River Team", True)]
    assert of(carol) == []


def test_a_role_is_told_to_whose_it_is(of: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    assert summary(of(bob)) == [("group.role_updated", "You are now moderator of River Team", "")]
    assert (of(alice), of(carol)) == ([], [])


def test_a_group_is_deleted(of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    say(alice, group)
    of(bob)
    actions.delete_group(user=alice, conversation_id=group.pk)
    for person in (bob, carol):
        newest, before = of(person)
        assert (newest["type"], newest["title"]) == ("group.deleted", "River Team was deleted")
        assert (before["type"], before["is_read"]) == ("message.new", True)
    assert [(each["type"], each["is_read"]) for each in of(alice)] == [("group.deleted", True)]


def test_newcomers_hear_nothing_of_what_they_may_not_see(
    of: Any, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"history": "protected"})
    message = say(alice, group, "before Carol")
    of(bob)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    actions.delete_message(user=alice, message_id=message.pk)
    assert [each["type"] for each in of(carol)] == ["group.invite"]


def test_a_reminder(of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(bob, talk, "Water the plants")
    of(alice)
    actions.set_reminder(user=bob, message_id=message.pk, remind_at=timezone.now() - timedelta(seconds=1))
    actions.remind_due()
    assert summary(of(bob)) == [("reminder", "Reminder of a message from Bob Lindqvist", "Water the plants")]
