"""POST and DELETE /api/messages/{id}/reminder, GET /api/reminders"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Reminder
from realtime.models import Event

Api = Callable[[User], APIClient]


def later(**ahead: float) -> datetime:
    return timezone.now() + timedelta(**(ahead or {"hours": 1}))


def remind(client: APIClient, message: Message, remind_at: Any = None) -> Any:
    moment = remind_at if remind_at is not None else later().isoformat()
    return client.post(f"/api/messages/{message.pk}/reminder", {"remind_at": moment}, format="json")


def forget(client: APIClient, message: Message) -> int:
    return int(client.delete(f"/api/messages/{message.pk}/reminder").status_code)


def reminders(client: APIClient, **query: Any) -> Any:
    return client.get("/api/reminders", query).json()


def told() -> list[Any]:
    events = Event.objects.filter(type="me.updated").order_by("id")
    return [orjson.loads(event.payload)["reminder"] for event in events]


@pytest.mark.django_db
def test_being_reminded(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk, "Water the plants")
    made = remind(api(bob), message)
    assert made.status_code == 201
    reminder = made.json()
    assert (reminder["message_id"], reminder["conversation_id"]) == (str(message.pk), str(talk.pk))
    (listed,) = reminders(api(bob))["results"]
    assert listed == {**reminder, "message": api(bob).get(f"/api/messages/{message.pk}").json()}
    assert reminders(api(alice))["results"] == []
    actions.remind_due()
    assert [each["state"] for each in told()] == ["waiting"]
    with time_machine.travel(later(hours=1, seconds=1), tick=False):
        actions.remind_due()
        actions.remind_due()
        assert reminders(api(bob)) == {"results": [], "next": None}
    assert told() == [{**reminder, "state": "waiting"}, {**reminder, "state": "fired"}]
    assert {event.topic for event in Event.objects.filter(type="me.updated")} == {f"user:{bob.pk}"}


@pytest.mark.django_db
def test_at_another_time(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    remind(api(bob), message)
    moment = later(days=1).isoformat()
    assert [remind(api(bob), message, moment).status_code for _ in range(2)] == [200, 200]
    assert Reminder.objects.get().remind_at == datetime.fromisoformat(moment)
    assert [each["state"] for each in told()] == ["waiting", "waiting"]


@pytest.mark.django_db
def test_no_more(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    remind(api(bob), message)
    assert [forget(api(bob), message) for _ in range(2)] == [204, 204]
    assert [each["state"] for each in told()] == ["waiting", "removed"]
    with time_machine.travel(later(hours=2), tick=False):
        actions.remind_due()
    assert [each["state"] for each in told()] == ["waiting", "removed"]


@pytest.mark.django_db
def test_of_what_cannot_be_seen_any_more_nobody_is_reminded(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    group = actions.create_group(creator=alice, title="Group", people=[bob])
    remind(api(bob), say(alice, group))
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert reminders(api(bob))["results"] == []
    with time_machine.travel(later(hours=2), tick=False):
        actions.remind_due()
    assert [each["state"] for each in told()] == ["waiting", "removed"]
    assert not Reminder.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("remind_at", ["2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "soon", 7, "", []])
def test_times_that_make_no_sense(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation, remind_at: Any
) -> None:
    assert remind(api(bob), say(alice, talk), remind_at).status_code == 400


@pytest.mark.django_db
def test_at_most_a_hundred(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.actions.reminders.MAX_REMINDERS", 1)
    first, second = say(alice, talk), say(alice, talk)
    assert [remind(api(bob), each).status_code for each in (first, second, first)] == [201, 409, 200]


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(
    api: Api, say: Any, alice: User, carol: User, talk: Conversation
) -> None:
    message, nowhere = say(alice, talk), Message(pk=uuid4())
    outside, missing = remind(api(carol), message), remind(api(carol), nowhere)
    assert outside.status_code == missing.status_code == 404
    assert outside.content == missing.content
    assert (forget(api(carol), message), forget(api(carol), nowhere)) == (404, 404)


@pytest.mark.django_db
def test_the_list_costs_the_same_however_long(
    api: Api,
    say: Any,
    alice: User,
    bob: User,
    talk: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = api(bob)
    for number in range(5):
        remind(client, say(alice, talk, str(number)), later(hours=number + 1).isoformat())
    with django_assert_num_queries(8):
        page = reminders(client, limit=3)
    assert [each["message"]["content"] for each in page["results"]] == ["0", "1", "2"]
    following = reminders(client, limit=3, cursor=page["next"])
    assert [each["message"]["content"] for each in following["results"]] == ["3", "4"]


@pytest.mark.django_db
def test_a_deleted_message_has_no_marks(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    actions.add_reaction(user=bob, message_id=message.pk, emoji="👍")
    actions.pin_message(user=bob, message_id=message.pk)
    actions.set_star(user=bob, message_id=message.pk, starred=True)
    remind(api(bob), message)
    assert api(alice).delete(f"/api/messages/{message.pk}").status_code == 204
    shown = api(bob).get(f"/api/messages/{message.pk}").json()
    assert (shown["reactions"], shown["pinned_at"], shown["starred"]) == ([], None, False)
    for path in (f"conversations/{talk.pk}/pins", "messages/starred", "reminders"):
        assert api(bob).get(f"/api/{path}").json()["results"] == []
    assert not message.stars.exists()
    assert remind(api(bob), message).status_code == 409
