"""Repeated notifications are one; it goes with what it tells of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import actions
from chat.models import Conversation, Participant
from notifications import follower, runs
from notifications.models import Notification
from realtime import log, readers
from realtime.models import Event
from realtime.sequencer import look
from tests.notifications.conftest import summary, told

pytestmark = pytest.mark.django_db


def test_twelve_messages_are_one_notification(of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    for number in range(5):
        say(alice, talk, f"before {number}")
    of(bob)
    for number in range(7):
        say(alice, talk, f"after {number}")
    (notification,) = of(bob)
    assert (notification["title"], notification["text"]) == ("12 new messages from Alice Moreau", "after 6")
    assert (notification["count"], notification["data"]["seq"]) == (12, 12)


def test_of_several_people_the_last_are_named(
    of: Any, say: Any, admin: User, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    for _ in range(2):
        say(alice, group)
    assert of(bob)[0]["title"] == "2 new messages from Alice Moreau in River Team"
    say(carol, group, "me too")
    assert summary(of(bob)) == [
        ("message.new", "3 new messages from Carol Weiss and Alice Moreau in River Team", "me too")
    ]
    actions.add_participants(user=alice, conversation_id=group.pk, people=[admin])
    say(admin, group)
    say(carol, group)
    (newest,) = [each for each in of(bob) if each["type"] == "message.new"]
    senders = [(each["id"], each["name"]) for each in newest["data"]["senders"]]
    assert senders == [(str(each.pk), each.display_name) for each in (carol, admin, alice)]
    assert newest["title"] == "5 new messages from Carol Weiss, Ada Admin and others in River Team"


def test_once_read_the_next_one_is_new(of: Any, api: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk)
    (first,) = of(bob)
    assert api(bob).patch(f"/api/notifications/{first['id']}/read").json()["is_read"] is True
    say(alice, talk, "again")
    assert [(each["count"], each["is_read"]) for each in of(bob)] == [(1, False), (1, True)]


def test_what_is_read_in_the_conversation_is_read_here(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    for _ in range(3):
        say(alice, talk)
    of(bob)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=2)
    assert [(each["title"], each["is_read"]) for each in of(bob)] == [("New message from Alice Moreau", False)]
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=3)
    assert [each["is_read"] for each in of(bob)] == [True]


def test_of_many_messages_some_are_read_and_some_are_deleted(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    said = [say(alice, talk, f"number {number}") for number in range(1, 31)]
    assert of(bob)[0]["count"] == 30
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=10)
    assert of(bob)[0]["title"] == "20 new messages from Alice Moreau"
    for number in (5, 15, 30):
        actions.delete_message(user=alice, message_id=said[number - 1].pk)
    shown = {each["type"]: each for each in of(bob)}["message.new"]
    assert (shown["count"], shown["text"], shown["data"]["seq"]) == (18, "number 29", 29)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=15)
    assert {each["type"]: each["count"] for each in of(bob)}["message.new"] == 14


def test_what_it_counts_is_kept_as_runs() -> None:
    kept: runs.Runs = [1, 2]  # as it was kept once
    for seq in (3, 4, 7, 9, 10):
        kept = runs.with_one(kept, seq)
    assert kept == [1, [2, 4], 7, [9, 10]]
    assert (runs.size(kept), runs.first_of(kept), runs.last_of(kept)) == (7, 1, 10)
    assert [seq for seq in range(12) if runs.has(kept, seq)] == [1, 2, 3, 4, 7, 9, 10]
    assert runs.without_one(kept, 3) == [1, 2, 4, 7, [9, 10]]
    assert runs.without_one(kept, 7) == [1, [2, 4], [9, 10]]
    assert runs.after(kept, 3) == [4, 7, [9, 10]]
    assert (runs.after(kept, 10), runs.size([]), runs.first_of([]), runs.last_of([])) == ([], 0, 0, 0)
    for seq in range(100, 400, 2):
        kept = runs.with_one(kept, seq)
    assert (len(kept), runs.last_of(kept)) == (runs.MOST, 398)


def test_who_has_read_everything_has_seen_reactions_too(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    say(bob, talk)
    actions.add_reaction(user=bob, message_id=message.pk, emoji="👍")
    assert [each["is_read"] for each in of(alice)] == [False, False]
    actions.mark_read(user=alice, conversation_id=talk.pk, seq=2)
    assert [each["is_read"] for each in of(alice)] == [True, True]


def test_what_was_read_of_one_sender(
    of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    say(carol, group)
    say(alice, group, "@bob")
    assert len(of(bob)) == 2
    actions.mark_sender_read(user=bob, sender=alice)
    assert {each["type"]: each["is_read"] for each in of(bob)} == {"mention": True, "message.new": False}


def test_a_deleted_message_takes_its_text_along(of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(alice, talk, "harmless")
    secret = say(alice, talk, "the password is otter")
    of(bob)
    assert any("otter" in event.payload for event in Event.objects.filter(type__startswith="notification."))
    actions.delete_message(user=alice, message_id=secret.pk)
    # In the deletion's own transaction, before anybody follows:
    assert not any("otter" in event.payload for event in Event.objects.all())
    shown = {each["type"]: each for each in of(bob)}
    assert (shown["message.new"]["title"], shown["message.new"]["text"]) == (
        "New message from Alice Moreau",
        "harmless",
    )
    assert not Notification.objects.filter(text__contains="otter").exists()


def test_the_only_message_takes_its_notification_along(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk, "otter")
    (notification,) = of(bob)
    actions.delete_message(user=alice, message_id=message.pk)
    assert [each["type"] for each in of(bob)] == ["message.deleted"]
    (gone,) = told(bob, "deleted")
    assert gone["ids"] == [notification["id"]]


def test_a_read_notification_keeps_no_text_of_a_deleted_message(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk, "otter")
    of(bob)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
    of(bob)
    actions.delete_message(user=alice, message_id=message.pk)
    assert [each["text"] for each in of(bob)] == ["", ""]


def test_a_text_that_was_told_after_the_deletion_goes_too(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The follower had read the message; then it was deleted; then the follower wrote."""
    message = say(alice, talk, "otter")
    look()
    with monkeypatch.context() as patch:
        finish = readers.finish

        def deleted_meanwhile(part: Any) -> None:
            actions.delete_message(user=alice, message_id=message.pk)
            finish(part)

        patch.setattr(readers, "finish", deleted_meanwhile)
        follower.follow()
    assert any("otter" in event.payload for event in Event.objects.all())
    assert [each["type"] for each in of(bob)] == ["message.deleted"]
    assert not any("otter" in event.payload for event in Event.objects.all())


def test_an_edited_message_says_here_what_it_says_there(
    of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk, "Satruday")
    of(bob)
    actions.edit_message(user=alice, message_id=message.pk, content="Saturday")
    assert [each["text"] for each in of(bob)] == ["Saturday"]


def test_changes_are_told_every_two_seconds_at_most(
    of: Any, say: Any, follow: Any, alice: User, bob: User, talk: Conversation
) -> None:
    now = timezone.now()
    for tenth in range(50):
        with time_machine.travel(now + timedelta(seconds=tenth / 10), tick=False):
            say(alice, talk, f"number {tenth}")
            follow()
    events = told(bob)
    assert [each["event"] for each in events] == ["notification.created"] + ["notification.updated"] * 3
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        follow()
    last = told(bob)[-1]
    assert (last["notifications"][0]["count"], last["notifications"][0]["text"]) == (50, "number 49")
    assert (last["ids"], last["unread_count"]) == ([last["notifications"][0]["id"]], 1)


def test_a_group_of_a_thousand_costs_few_queries(
    alice: User, follow: Any, say: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = User.objects.bulk_create(User(username=f"person{number}") for number in range(300))
    group = actions.create_group(creator=alice, title="All", people=people)
    follow()
    Notification.objects.all().delete()
    for number in range(3):
        say(alice, group, f"hello {number}")
    look()
    with django_assert_max_num_queries(60):
        follower.follow()
    assert Notification.objects.filter(type="message.new", count=3).count() == 300
    say(alice, group, "once more")
    look()
    with django_assert_max_num_queries(60):
        follower.follow()
    assert Notification.objects.filter(type="message.new", count=4, text="once more").count() == 300
    assert Participant.objects.filter(conversation=group).count() == 301


def test_snapshot_and_events_are_a_fresh_snapshot(
    of: Any, api: Any, say: Any, follow: Any, alice: User, bob: User, carol: User, talk: Conversation, group: Any
) -> None:
    say(alice, talk, "first")
    follow()
    held = {each["id"]: each for each in api(bob).get("/api/notifications").json()["results"]}
    look()
    seen = log.head().pos
    secret = say(alice, talk, "secret")
    for speaker, where in [(alice, talk), (carol, group), (alice, group)]:
        say(speaker, where)
        follow()
    actions.delete_message(user=alice, message_id=secret.pk)
    actions.mark_read(user=bob, conversation_id=group.pk, seq=99)
    follow()
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        follow()
    look()
    unread = 1
    for event in Event.objects.filter(pos__gt=seen, topic=f"user:{bob.pk}").order_by("pos"):
        for _twice in range(2):
            unread = _apply(held, event) if event.type.startswith("notification.") else unread
    page = api(bob).get("/api/notifications", {"limit": 100}).json()
    fresh = {each["id"]: {**each, "is_delivered": True} for each in page["results"]}
    assert {pk: {**each, "is_delivered": True} for pk, each in held.items()} == fresh
    assert unread == page["unread_count"]


def _apply(held: dict[str, Any], event: Event) -> int:
    data = orjson.loads(event.payload)
    if event.type == "notification.created":
        held.setdefault(data["notification"]["id"], data["notification"])
    for each in data.get("notifications", []):
        held[each["id"]] = each
    for notification_id in data.get("ids", []):
        if event.type == "notification.deleted":
            held.pop(notification_id, None)
        elif data.get("is_read"):
            held[notification_id]["is_read"] = True
    return int(data["unread_count"])
