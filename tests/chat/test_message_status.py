"""GET and POST /api/messages/{id}/status, and `status` of one's own messages"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import actions as account_actions
from accounts.models import User
from accounts.serializers import user_json
from chat import actions
from chat.actions.receipts import tidy_receipts
from chat.models import Conversation, Message, Participant, Receipt
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kept_for_years(settings: Settings) -> None:
    """Noon may be long ago."""
    settings.RECEIPT_DAYS = 3650


def ask(api: Api, user: User, message: Message, **query: Any) -> Any:
    return api(user).get(f"/api/messages/{message.pk}/status", query)


def say_so(api: Api, user: User, message: Message, status: Any) -> Any:
    return api(user).post(f"/api/messages/{message.pk}/status", {"status": status}, format="json")


def tick(api: Api, message: Message) -> str:
    assert message.sender is not None
    return str(api(message.sender).get(f"/api/messages/{message.pk}").json()["status"])


def told() -> list[Any]:
    events = Event.objects.filter(type="receipt.updated").order_by("id")
    return [orjson.loads(event.payload) for event in events]


def hide_reads(api: Api, user: User, *, hidden: bool = True) -> None:
    body = {"preferences": {"receipts": not hidden}}
    assert api(user).patch("/api/users/me", body, format="json").status_code == 200


def test_from_sent_to_delivered_to_read(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = say(alice, talk)
        assert tick(api, message) == "sent"
        assert ask(api, alice, message).json() == {
            "summary": {"participants": 1, "delivered": 0, "read": 0},
            "statuses": [{"user_id": str(bob.pk), "status": "sent", "delivered_at": None, "read_at": None}],
            "people": [user_json(bob)],
            "next": None,
        }
        clock.shift(10)
        answer = say_so(api, bob, message, "delivered")
        assert answer.json() == {"status": "delivered", "delivered_seq": 1, "read_seq": 0, "unread": 1}
        assert tick(api, message) == "delivered"
        clock.shift(10)
        answer = say_so(api, bob, message, "read")
        assert answer.json() == {"status": "read", "delivered_seq": 1, "read_seq": 1, "unread": 0}
        clock.shift(10)
        assert say_so(api, bob, message, "delivered").json()["status"] == "read"
    assert tick(api, message) == "read"
    assert ask(api, alice, message).json() == {
        "summary": {"participants": 1, "delivered": 1, "read": 1},
        "statuses": [
            {
                "user_id": str(bob.pk),
                "status": "read",
                "delivered_at": "2026-05-01T12:00:10Z",
                "read_at": "2026-05-01T12:00:20Z",
            }
        ],
        "people": [user_json(bob)],
        "next": None,
    }
    receipts = [each for event in told() for each in event["receipts"]]
    assert [(each["delivered_seq"], each["read_seq"]) for each in receipts] == [(1, 0), (1, 1)]
    assert {each["user_id"] for each in receipts} == {str(bob.pk)}
    skipped = [orjson.loads(event.routing)["skips"] for event in Event.objects.filter(type="receipt.updated")]
    assert skipped == [[str(bob.pk)]] * 2


def test_reading_is_receiving_and_marks_everything_before(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    with time_machine.travel(NOON, tick=False):
        first, _second, third = (say(alice, talk) for _ in range(3))
        say_so(api, bob, third, "read")
    (status,) = ask(api, alice, first).json()["statuses"]
    assert status["delivered_at"] == status["read_at"] == "2026-05-01T12:00:00Z"
    assert api(bob).get("/api/unread-counts").json()["total"] == 0


def test_each_has_times_of_their_own(api: Api, say: Any, alice: User, bob: User, carol: User, admin: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol, admin])
    with time_machine.travel(NOON, tick=False) as clock:
        say(alice, group)
        second = say(alice, group)
        clock.shift(timedelta(minutes=1))
        actions.mark_read(user=bob, conversation_id=group.pk, seq=1)
        clock.shift(timedelta(minutes=1))
        actions.mark_delivered(user=carol, conversation_id=group.pk, seq=2)
        clock.shift(timedelta(minutes=1))
        actions.mark_read(user=bob, conversation_id=group.pk, seq=2)
    answer = ask(api, bob, second).json()
    assert answer["summary"] == {"participants": 3, "delivered": 2, "read": 1}
    statuses = {each["user_id"]: each for each in answer["statuses"]}
    shown = {user_id: (each["status"], each["delivered_at"], each["read_at"]) for user_id, each in statuses.items()}
    at = "2026-05-01T12:0{}:00Z".format
    assert shown == {
        str(bob.pk): ("read", at(3), at(3)),
        str(carol.pk): ("delivered", at(2), None),
        str(admin.pk): ("sent", None, None),
    }
    assert tick(api, second) == "sent"


def test_recipients_are_those_who_were_there_and_still_are(
    api: Api, say: Any, alice: User, bob: User, carol: User, admin: User
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    message = say(alice, group)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[admin])
    actions.leave(user=carol, conversation_id=group.pk)
    assert [each["user_id"] for each in ask(api, alice, message).json()["statuses"]] == [str(bob.pk)]
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    assert ask(api, alice, message).json()["summary"]["participants"] == 1
    assert ask(api, admin, message).status_code == 200  # shared history: they may see it


def test_many_recipients_come_in_pages(
    api: Api, say: Any, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = User.objects.bulk_create(User(username=f"person{number}") for number in range(120))
    group = actions.create_group(creator=alice, title="All", people=people)
    message = say(alice, group)
    client = api(alice)
    with django_assert_num_queries(9):
        first = client.get(f"/api/messages/{message.pk}/status").json()
    assert len(first["statuses"]) == 100
    rest = ask(api, alice, message, cursor=first["next"]).json()
    assert rest["next"] is None
    assert len({each["user_id"] for each in first["statuses"] + rest["statuses"]}) == 120
    assert first["summary"] == rest["summary"] == {"participants": 120, "delivered": 0, "read": 0}


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"cursor": "MS4y"}, {"limit": 0}, {"limit": 101}])
def test_pages_that_are_none(api: Api, say: Any, alice: User, talk: Conversation, query: dict[str, Any]) -> None:
    assert ask(api, alice, say(alice, talk), **query).status_code == 400


@pytest.mark.parametrize("status", ["sent", "", None, 7, [], "READ"])
def test_statuses_that_are_none(api: Api, say: Any, alice: User, bob: User, talk: Conversation, status: Any) -> None:
    assert say_so(api, bob, say(alice, talk), status).status_code == 400
    assert told() == []


def test_outsiders_get_404_whether_it_exists_or_not(
    api: Api, say: Any, alice: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    nowhere = Message(pk=uuid4())
    assert ask(api, carol, message).status_code == ask(api, carol, nowhere).status_code == 404
    assert ask(api, carol, message).content == ask(api, carol, nowhere).content
    assert say_so(api, carol, message, "read").status_code == 404
    assert say_so(api, carol, nowhere, "nonsense").status_code == 404


# --- hidden -----------------------------------------------------------------------------------------------------------
def test_who_hides_theirs_shows_only_delivered_and_sees_only_delivered(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    hide_reads(api, bob)
    from_alice, from_bob = say(alice, talk), say(bob, talk)
    assert api(bob).put(f"/api/conversations/{talk.pk}/read-marker", {"seq": 2}).json() == {"read_seq": 2, "unread": 0}
    assert say_so(api, alice, from_bob, "read").status_code == 200
    assert (tick(api, from_alice), tick(api, from_bob)) == ("delivered", "delivered")
    for asker, message in ((alice, from_alice), (bob, from_bob)):
        answer = ask(api, asker, message).json()
        assert answer["summary"] == {"participants": 1, "delivered": 1, "read": 0}
        (status,) = answer["statuses"]
        assert (status["status"], status["read_at"]) == ("delivered", None)
        assert status["delivered_at"]
        shown = api(asker).get(f"/api/conversations/{talk.pk}").json()
        (other,) = [each for each in shown["participants"] if each["user"]["id"] != str(asker.pk)]
        assert (other["read_seq"], other["delivered_seq"]) == (0, 2)
    assert shown["me"]["read_seq"] == 2


def test_events_keep_what_is_hidden(api: Api, say: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    hide_reads(api, bob)
    say(alice, group)
    carol.refresh_from_db()
    actions.mark_read(user=carol, conversation_id=group.pk, seq=1)
    events = Event.objects.filter(type="receipt.updated").order_by("id")
    to_all, to_bob = [(event.topic, orjson.loads(event.payload)["receipts"][0]) for event in events]
    assert (to_all[0], to_all[1]["read_seq"]) == (f"conversation:{group.pk}", 1)
    assert orjson.loads(events[0].routing)["skips"] == sorted([str(bob.pk), str(carol.pk)])
    assert to_bob[0] == f"user:{bob.pk}"
    assert (to_bob[1]["read_seq"], to_bob[1]["delivered_seq"]) == (0, 1)
    bob.refresh_from_db()
    actions.mark_read(user=bob, conversation_id=group.pk, seq=1)
    assert told()[-1]["receipts"][0]["read_seq"] == 0
    assert told()[-1]["receipts"][0]["delivered_seq"] == 1


def test_what_was_shown_stays_and_shows_on_when_it_is_turned_on_again(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    first, second = say(alice, talk), say(alice, talk)
    say_so(api, bob, first, "read")
    hide_reads(api, bob)
    say_so(api, bob, second, "read")
    assert (tick(api, first), tick(api, second)) == ("read", "delivered")
    hide_reads(api, bob, hidden=False)
    third = say(alice, talk)
    say_so(api, bob, third, "read")
    assert (tick(api, second), tick(api, third)) == ("read", "read")


def test_receipts_can_be_turned_off_for_all(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation, settings: Settings
) -> None:
    settings.RECEIPTS = False
    message = say(alice, talk)
    assert say_so(api, bob, message, "delivered").json()["status"] == "sent"
    answer = say_so(api, bob, message, "read").json()
    assert answer == {"status": "read", "delivered_seq": 0, "read_seq": 1, "unread": 0}
    assert tick(api, message) == "sent"
    assert ask(api, alice, message).json()["statuses"][0]["status"] == "sent"
    assert told() == []


def test_hiding_is_looked_up_at_the_reader_not_in_an_old_copy(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(alice, talk)
    account_actions.update_profile(user=bob, changes={"preferences": {"receipts": False}})
    api(bob).put(f"/api/conversations/{talk.pk}/read-marker", {"seq": 1})
    assert Participant.objects.get(user=bob).read_seq == 0


# --- large groups -----------------------------------------------------------------------------------------------------
def test_in_a_large_group_only_numbers_and_only_to_the_senders(api: Api, say: Any, alice: User, bob: User) -> None:
    people = User.objects.bulk_create(User(username=f"person{number}") for number in range(60))
    group = actions.create_group(creator=alice, title="All", people=[bob, *people])
    with time_machine.travel(NOON, tick=False) as clock:
        say(alice, group)
        say(bob, group)
        actions.mark_read(user=people[0], conversation_id=group.pk, seq=2)
        counts = {"participants": 61, "delivered": 1, "read": 1}
        to = Event.objects.filter(type="receipt.updated").order_by("id").values_list("topic", flat=True)
        assert list(to) == [f"user:{alice.pk}", f"user:{bob.pk}"]
        assert told() == [
            {"conversation_id": str(group.pk), "counts": {"seq": 1, **counts}},
            {"conversation_id": str(group.pk), "counts": {"seq": 2, **counts}},
        ]
        clock.shift(0.2)
        actions.mark_read(user=people[1], conversation_id=group.pk, seq=2)
        assert len(told()) == 2
        clock.shift(0.4)
        actions.mark_read(user=people[2], conversation_id=group.pk, seq=2)
        assert [event["counts"]["read"] for event in told()[2:]] == [3, 3]


def test_when_is_known_for_a_while_and_whether_for_ever(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation, settings: Settings
) -> None:
    settings.RECEIPT_DAYS = 30
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        first = say(alice, talk)
        actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
        clock.shift(timedelta(days=20))
        second = say(alice, talk)
        actions.mark_read(user=bob, conversation_id=talk.pk, seq=2)
        rows = Receipt.objects.count()
        tidy_receipts()
        assert Receipt.objects.count() == rows
        clock.shift(timedelta(days=12))
        tidy_receipts()
        assert 0 < Receipt.objects.count() < rows

        def read(message: Message) -> Any:
            (one,) = api(alice).get(f"/api/messages/{message.pk}/status").json()["statuses"]
            return one["status"], one["read_at"]

        assert read(first) == ("read", None)
        assert read(second)[0] == "read"
        assert datetime.fromisoformat(read(second)[1]) == began + timedelta(days=20)
