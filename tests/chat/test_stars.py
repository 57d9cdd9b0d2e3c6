"""PUT and DELETE /api/messages/{id}/star, GET /api/messages/starred"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Participant, Star
from realtime.models import Event

Api = Callable[[User], APIClient]


def star(client: APIClient, message: Message) -> int:
    return int(client.put(f"/api/messages/{message.pk}/star").status_code)


def unstar(client: APIClient, message: Message) -> int:
    return int(client.delete(f"/api/messages/{message.pk}/star").status_code)


def starred(client: APIClient, **query: Any) -> Any:
    answer = client.get("/api/messages/starred", query)
    assert answer.status_code == 200
    return answer.json()


def contents(client: APIClient) -> list[str]:
    return [each["content"] for each in starred(client)["results"]]


@pytest.mark.django_db
def test_a_star_is_ones_own(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    assert [star(api(bob), message) for _ in range(2)] == [204, 204]
    history = f"/api/conversations/{talk.pk}/messages"
    for client, mine in ((api(bob), True), (api(alice), False)):
        assert client.get(history).json()["results"][0]["starred"] is mine
        assert client.get(f"/api/messages/{message.pk}").json()["starred"] is mine
    assert starred(api(alice))["results"] == []
    (kept,) = starred(api(bob))["results"]
    assert kept == api(bob).get(f"/api/messages/{message.pk}").json()
    assert [unstar(api(bob), message) for _ in range(2)] == [204, 204]
    assert starred(api(bob)) == {"results": [], "next": None}
    events = Event.objects.filter(type="me.updated").order_by("id")
    assert {event.topic for event in events} == {f"user:{bob.pk}"}
    assert [orjson.loads(event.payload) for event in events] == [
        {"message_id": str(message.pk), "starred": True},
        {"message_id": str(message.pk), "starred": False},
    ]


@pytest.mark.django_db
def test_what_is_sent_is_not_starred(send: Any, alice: User, talk: Conversation) -> None:
    assert send(alice, talk).json()["starred"] is False
    assert send(alice, talk).json()["starred"] is False


@pytest.mark.django_db
def test_starred_last_comes_first_over_all_conversations(
    api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    other, _new = actions.open_direct(user=alice, partner=carol)
    for message in [say(bob, talk, "1"), say(carol, other, "2"), say(alice, talk, "3")]:
        star(api(alice), message)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=9)
    results = starred(api(alice))["results"]
    assert [(each["content"], each.get("status")) for each in results] == [("3", "read"), ("2", None), ("1", None)]
    first = starred(api(alice), limit=2)
    second = starred(api(alice), limit=2, cursor=first["next"])
    assert [each["content"] for each in first["results"] + second["results"]] == ["3", "2", "1"]
    assert second["next"] is None
    assert api(alice).get("/api/messages/starred", {"cursor": "nonsense"}).status_code == 400


@pytest.mark.django_db
def test_only_what_may_still_be_seen(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    group = actions.create_group(creator=alice, title="Group", people=[bob])
    for message in [say(alice, talk, "1"), say(alice, talk, "2"), say(alice, group, "3")]:
        star(api(bob), message)
    assert contents(api(bob)) == ["3", "2", "1"]
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert contents(api(bob)) == ["2", "1"]
    Participant.objects.filter(user=bob, conversation=talk).update(first_seq=2)
    assert contents(api(bob)) == ["2"]
    Message.objects.filter(content="2").update(deleted_at=timezone.now())
    assert contents(api(bob)) == []


@pytest.mark.django_db
def test_what_was_deleted_cannot_be_kept(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    Message.objects.update(deleted_at=timezone.now())
    assert (star(api(bob), message), unstar(api(bob), message)) == (409, 204)


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(
    api: Api, say: Any, alice: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    outside, missing = (api(carol).put(f"/api/messages/{pk}/star") for pk in (message.pk, uuid4()))
    assert outside.status_code == missing.status_code == 404
    assert outside.content == missing.content
    assert not Star.objects.exists()


@pytest.mark.django_db
def test_the_list_costs_the_same_however_long(
    api: Api, say: Any, alice: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(alice)
    for _ in range(10):
        star(client, say(alice, talk))
    with django_assert_num_queries(8):
        assert len(starred(client)["results"]) == 10


@pytest.mark.django_db
def test_a_message_that_goes_takes_its_marks_along(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    actions.add_reaction(user=bob, message_id=message.pk, emoji="👍")
    actions.pin_message(user=bob, message_id=message.pk)
    star(api(bob), message)
    Message.objects.with_everything().get(pk=message.pk).clear_marks()
    shown = api(bob).get(f"/api/messages/{message.pk}").json()
    assert (shown["reactions"], shown["pinned_at"], shown["starred"]) == ([], None, False)
