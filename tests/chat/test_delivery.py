"""What the hubs handed over becomes receipts: one entry and one event for each conversation and window."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Participant, Receipt
from realtime import log, topics
from realtime.handover import CaughtUp, HandedOver, Window
from realtime.models import Event
from realtime.sequencer import look
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


def placed(conversation: Conversation) -> list[log.PlacedEvent]:
    """The messages of a conversation as hubs have them."""
    look()
    topic = topics.conversation(conversation.pk)
    events = log.read(after=0, upto=log.head().pos, limit=1000, topics=[topic])
    return [event for event in events if event.type == "message.created"]


def hand(conversation: Conversation, *people: User) -> Window:
    events = placed(conversation)
    handed = [HandedOver(events, {str(person.pk) for person in people})]
    return Window(events={topics.conversation(conversation.pk): events}, handed=handed)


def receipts() -> list[Any]:
    events = Event.objects.filter(type="receipt.updated").order_by("id")
    return [orjson.loads(event.payload) for event in events]


def delivered(user: User, conversation: Conversation) -> int:
    return Participant.objects.get(user=user, conversation=conversation).delivered_seq


def test_a_message_that_was_handed_over_is_delivered(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    actions.note_handed_over(hand(talk, alice, bob))
    assert api(alice).get(f"/api/messages/{message.pk}").json()["status"] == "delivered"
    (event,) = receipts()
    (receipt,) = event["receipts"]
    assert (receipt["user_id"], receipt["delivered_seq"], receipt["read_seq"]) == (str(bob.pk), 1, 0)
    assert orjson.loads(Event.objects.get(type="receipt.updated").routing)["skips"] == [str(bob.pk)]
    assert [(kept.status, kept.positions) for kept in Receipt.objects.all()] == [("delivered", {str(bob.pk): 1})]
    actions.note_handed_over(hand(talk, alice, bob))
    assert len(receipts()) == Receipt.objects.count() == 1


def test_ones_own_message_is_not_delivered_to_oneself(say: Any, alice: User, talk: Conversation) -> None:
    say(alice, talk)
    actions.note_handed_over(hand(talk, alice))
    assert receipts() == []


def test_a_group_has_one_entry_and_one_event_for_all(
    say: Any, alice: User, bob: User, carol: User, admin: User
) -> None:
    people = [alice, bob, carol, admin]
    group = actions.create_group(creator=alice, title="River Team", people=people[1:])
    say(alice, group)
    say(bob, group)
    actions.note_handed_over(hand(group, *people))
    (event,) = receipts()
    assert {each["user_id"]: each["delivered_seq"] for each in event["receipts"]} == {
        str(person.pk): 2 for person in people
    }
    assert Receipt.objects.count() == 1


def test_of_a_few_nobody_is_told_of_themselves(say: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    say(alice, group)
    actions.note_handed_over(hand(group, alice, bob, carol))
    events = Event.objects.filter(type="receipt.updated").order_by("id")
    told = {
        orjson.loads(event.payload)["receipts"][0]["user_id"]: orjson.loads(event.routing)["skips"] for event in events
    }
    assert told == {str(person.pk): [str(person.pk)] for person in (bob, carol)}
    assert [len(each["receipts"]) for each in receipts()] == [1, 1]
    assert Receipt.objects.count() == 1


def test_who_opened_a_stream_has_all_from_before(
    say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    say(alice, talk)
    say(alice, group)
    look()
    pos = log.head().pos
    later = say(alice, group)
    events = placed(group)[-1:]
    window = Window(events={topics.conversation(group.pk): events}, caught_up=[CaughtUp(str(bob.pk), pos, None)])
    actions.note_handed_over(window)
    assert (delivered(bob, talk), delivered(bob, group), delivered(carol, group)) == (1, later.seq - 1, 0)


def test_who_opened_a_stream_of_one_conversation_has_that(say: Any, alice: User, bob: User, talk: Conversation) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    say(alice, talk)
    say(alice, group)
    look()
    only = frozenset({topics.conversation(group.pk)})
    actions.note_handed_over(Window(caught_up=[CaughtUp(str(bob.pk), log.head().pos, only)]))
    assert (delivered(bob, talk), delivered(bob, group)) == (0, 1)


def test_a_herd_that_comes_back_takes_few_queries(alice: User, say: Any) -> None:
    people = User.objects.bulk_create(User(username=f"person{number}") for number in range(300))
    group = actions.create_group(creator=alice, title="All", people=people)
    small = [actions.create_group(creator=alice, title="Some", people=people[n : n + 10]) for n in range(0, 300, 10)]
    for conversation in (group, *small):
        say(alice, conversation)
    look()
    window = Window(caught_up=[CaughtUp(str(person.pk), log.head().pos, None) for person in people])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actions.note_handed_over(window)
    assert not Participant.objects.filter(user__in=people, delivered_seq=0).exists()
    assert Receipt.objects.count() == 31
    assert len(queries) < 60


def test_who_left_is_not_reached_any_more(say: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    say(alice, group)
    window = hand(group, bob, carol)
    actions.leave(user=bob, conversation_id=group.pk)
    actions.note_handed_over(window)
    assert (delivered(bob, group), delivered(carol, group)) == (0, 1)
    actions.delete_group(user=alice, conversation_id=group.pk)
    actions.note_handed_over(window)


def test_a_deleted_message_was_delivered_all_the_same(say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    look()
    actions.delete_message(user=alice, message_id=message.pk)
    actions.note_handed_over(hand(talk, bob))
    assert delivered(bob, talk) == 1


def test_sends_and_deliveries_and_reads_at_once(
    api: Api, send: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    """Nothing hangs, nothing fails, and in the end all is as far as the last of them."""
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    talks = (talk, group)

    def act(number: int) -> int:
        try:
            conversation = talks[number % 2]
            if number % 4 < 2:
                return int(send((alice, bob)[number % 3 > 0], conversation, client_id=f"n-{number}").status_code)
            if number % 8 == 2:
                return int(api(bob).post("/api/conversations/mark-read", {}, format="json").status_code)
            both = [hand(each, alice, bob, carol) for each in reversed(talks) if placed(each)]
            for window in both:
                actions.note_handed_over(window)
            pos = log.head().pos
            everybody = [CaughtUp(str(person.pk), pos, None) for person in (carol, bob, alice)]
            actions.note_handed_over(Window(caught_up=everybody))
            return 200
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(act, range(32))) <= {200, 201}
    for conversation in talks:
        actions.note_handed_over(hand(conversation, alice, bob, carol))
        last = Message.objects.filter(conversation=conversation).count()
        positions = Participant.objects.filter(conversation=conversation).values_list("delivered_seq", flat=True)
        assert set(positions) == {last}
