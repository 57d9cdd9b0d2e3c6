"""PUT /api/conversations/{id}/draft"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Draft
from realtime.models import Event

Api = Callable[[User], APIClient]


def write(client: APIClient, conversation: Any, content: Any, **more: Any) -> Any:
    conversation_id = getattr(conversation, "pk", conversation)
    return client.put(f"/api/conversations/{conversation_id}/draft", {"content": content, **more}, format="json")


def kept(client: APIClient, conversation: Conversation) -> Any:
    one = client.get(f"/api/conversations/{conversation.pk}").json()["me"]["draft"]
    (listed,) = (
        each for each in client.get("/api/conversations").json()["results"] if each["id"] == one_id(conversation)
    )
    assert listed["me"]["draft"] == one
    return one


def one_id(conversation: Conversation) -> str:
    return str(conversation.pk)


def told() -> list[Any]:
    events = Event.objects.filter(type="me.updated").order_by("id")
    return [orjson.loads(event.payload)["draft"] for event in events]


@pytest.mark.django_db
def test_what_is_begun_here_goes_on_there(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    question = say(alice, talk)
    answer = write(api(bob), talk, "  Well, I ", reply_to=str(question.pk))
    assert answer.status_code == 200
    draft = answer.json()
    assert (draft["content"], draft["reply_to"]) == ("  Well, I ", str(question.pk))
    assert (draft["version"], draft["conflict"]) == (1, None)
    assert kept(api(bob), talk) == draft
    assert kept(api(alice), talk) is None
    event = Event.objects.get(type="me.updated")
    assert event.topic == f"user:{bob.pk}"
    assert orjson.loads(event.payload) == {"conversation_id": str(talk.pk), "draft": draft}


@pytest.mark.django_db
def test_the_last_write_wins(api: Api, bob: User, talk: Conversation) -> None:
    for content in ("one", "two", "two"):
        answer = write(api(bob), talk, content).json()
    assert (answer["content"], answer["version"], answer["conflict"]) == ("two", 2, None)
    assert [draft["content"] for draft in told()] == ["one", "two"]


@pytest.mark.django_db
@pytest.mark.parametrize("nothing", ["", "  \n "])
def test_nothing_deletes_it(api: Api, bob: User, talk: Conversation, nothing: str) -> None:
    empty = write(api(bob), talk, nothing).json()
    assert (empty["content"], empty["version"]) == ("", 0)
    write(api(bob), talk, "one")
    gone = write(api(bob), talk, nothing, based_on=1).json()
    assert (gone["content"], gone["version"], gone["conflict"]) == ("", 2, None)
    assert kept(api(bob), talk) is None
    assert told() == [None, None]  # nothing of it is left in the log
    again = write(api(bob), talk, "anew", based_on=0).json()
    assert (again["version"], again["conflict"]) == (3, None)


@pytest.mark.django_db
def test_two_devices_at_once_lose_nothing(api: Api, bob: User, talk: Conversation) -> None:
    phone, laptop = api(bob), api(bob)
    write(phone, talk, "from the phone", based_on=0)
    both = write(laptop, talk, "from the laptop", based_on=0).json()
    assert both["content"] == "from the laptop"
    assert both["conflict"]["content"] == "from the phone"
    assert kept(phone, talk) == told()[-1] == both
    retried = write(laptop, talk, "from the laptop", based_on=0).json()
    assert retried == both
    blind = write(laptop, talk, "from the laptop, on").json()
    assert blind["conflict"] == both["conflict"]
    seen = write(phone, talk, "from both", based_on=blind["version"]).json()
    assert (seen["content"], seen["conflict"]) == ("from both", None)


@pytest.mark.django_db
def test_deleting_what_another_device_wrote_keeps_that(api: Api, bob: User, talk: Conversation) -> None:
    write(api(bob), talk, "one")
    write(api(bob), talk, "two", based_on=1)
    left = write(api(bob), talk, "", based_on=1).json()
    assert (left["content"], left["conflict"]["content"]) == ("", "two")
    assert kept(api(bob), talk) == left
    assert write(api(bob), talk, "", based_on=left["version"]).json()["conflict"] is None
    assert kept(api(bob), talk) is None


@pytest.mark.django_db
def test_sending_it_clears_it(api: Api, send: Any, bob: User, talk: Conversation) -> None:
    write(api(bob), talk, "hello ")
    send(bob, talk, "something else")
    assert kept(api(bob), talk)["content"] == "hello "
    send(bob, talk, "hello", client_id="c-2")
    assert kept(api(bob), talk) is None
    assert told() == [None, None]
    send(bob, talk, "hello", client_id="c-2")
    assert Draft.objects.get().version == 2


@pytest.mark.django_db
def test_sending_costs_no_more_beside_a_draft(
    api: Api, bob: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(bob)
    write(client, talk, "not yet")
    body = {"conversation_id": str(talk.pk), "client_id": "counted", "content": "hello"}
    cache.clear()
    with django_assert_num_queries(6 + 2):
        assert client.post("/api/messages", body, format="json").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": None},
        {"content": 7},
        {"content": "x" * 10_001},
        {"content": "a\0b"},
        {"content": "x", "based_on": -1},
        {"content": "x", "based_on": "new"},
        {"content": "x", "based_on": 10**30},
        {"content": "x", "reply_to": "nonsense"},
        {"content": "x", "reply_to": str(uuid4())},
    ],
)
def test_drafts_that_are_none(api: Api, bob: User, talk: Conversation, body: Any) -> None:
    answer = api(bob).put(f"/api/conversations/{talk.pk}/draft", body, format="json")
    assert answer.status_code == 400
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_nothing_of_another_conversation_is_answered(
    api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    elsewhere = say(alice, actions.open_direct(user=alice, partner=carol)[0])
    assert write(api(alice), talk, "x", reply_to=str(elsewhere.pk)).status_code == 400
    assert write(api(bob), talk, "x", reply_to=str(elsewhere.pk)).status_code == 400


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(api: Api, carol: User, talk: Conversation) -> None:
    outside, missing = write(api(carol), talk, "x"), write(api(carol), uuid4(), "x")
    assert outside.status_code == missing.status_code == 404
    assert outside.content == missing.content
