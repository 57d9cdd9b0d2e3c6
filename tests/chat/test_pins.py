"""PUT and DELETE /api/messages/{id}/pin, GET /api/conversations/{id}/pins"""

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
from chat.models import Conversation, History, Message, Role
from realtime.models import Event
from realtime.sequencer import look
from tests.chat.client import events_for

Api = Callable[[User], APIClient]


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    """Alice is its admin, Bob a member."""
    return actions.create_group(creator=alice, title="River Team", people=[bob])


def pin(client: APIClient, message: Message) -> Any:
    return client.put(f"/api/messages/{message.pk}/pin")


def unpin(client: APIClient, message: Message) -> Any:
    return client.delete(f"/api/messages/{message.pk}/pin")


def pins(client: APIClient, conversation: Conversation, **query: Any) -> Any:
    answer = client.get(f"/api/conversations/{conversation.pk}/pins", query)
    assert answer.status_code == 200
    return answer.json()


def told() -> list[tuple[str, Any]]:
    events = Event.objects.filter(type__in=["message.pinned", "message.unpinned"]).order_by("id")
    return [(event.type, orjson.loads(event.payload)) for event in events]


@pytest.mark.django_db
def test_both_pin_in_a_direct_conversation(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    first, again = pin(api(bob), message), pin(api(alice), message)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["pinned_at"] == again.json()["pinned_at"] is not None
    (shown,) = pins(api(alice), talk)["results"]
    assert (shown["id"], shown["status"], shown["pinned_at"]) == (str(message.pk), "sent", first.json()["pinned_at"])
    assert talk.messages.order_by("-seq")[0].content == "Bob Lindqvist pinned a message"
    assert [unpin(api(alice), message).status_code for _ in range(2)] == [204, 204]
    assert pins(api(bob), talk) == {"results": [], "next": None}
    named = {"conversation_id": str(talk.pk), "message_id": str(message.pk), "seq": message.seq}
    assert told() == [
        ("message.pinned", {**named, "by": str(bob.pk), "pinned_at": first.json()["pinned_at"]}),
        ("message.unpinned", {**named, "by": str(alice.pk), "pinned_at": None}),
    ]


@pytest.mark.django_db
def test_whoever_is_blocked_cannot_pin(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    actions.block(user=alice, target=bob)
    refused = pin(api(bob), message)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "blocked")
    assert told() == []


@pytest.mark.django_db
def test_in_a_group_moderators_and_admins_pin(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    message = say(bob, group)
    assert pin(api(bob), message).status_code == unpin(api(bob), message).status_code == 403
    assert pin(api(carol), message).status_code == 404
    assert told() == []
    assert pin(api(alice), message).status_code == 200
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    assert unpin(api(bob), message).status_code == 204
    assert pin(api(bob), message).status_code == 200


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(
    api: Api, say: Any, alice: User, carol: User, talk: Conversation
) -> None:
    message, nowhere = say(alice, talk), Message(pk=uuid4())
    for act in (pin, unpin):
        outside, missing = act(api(carol), message), act(api(carol), nowhere)
        assert outside.status_code == missing.status_code == 404
        assert outside.content == missing.content
    assert api(carol).get(f"/api/conversations/{talk.pk}/pins").status_code == 404


@pytest.mark.django_db
def test_pinned_last_comes_first_page_by_page(api: Api, say: Any, alice: User, talk: Conversation) -> None:
    messages = [say(alice, talk, str(number)) for number in range(5)]
    for message in (messages[3], messages[0], messages[4], messages[1], messages[2]):
        pin(api(alice), message)
    seen, cursor = [], None
    while True:
        page = pins(api(alice), talk, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["content"] for each in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["2", "1", "4", "0", "3"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"cursor": "MQ"}, {"limit": 0}, {"limit": 101}])
def test_queries_that_make_no_sense(api: Api, alice: User, talk: Conversation, query: Any) -> None:
    assert api(alice).get(f"/api/conversations/{talk.pk}/pins", query).status_code == 400


@pytest.mark.django_db
def test_what_was_deleted_and_what_nobody_said_is_not_pinned(
    api: Api, say: Any, alice: User, carol: User, group: Conversation
) -> None:
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    assert pin(api(alice), group.messages.get()).status_code == 409
    message = say(alice, group)
    Message.objects.filter(pk=message.pk).update(deleted_at=timezone.now())
    assert pin(api(alice), message).status_code == 409


@pytest.mark.django_db
def test_at_most_a_hundred(
    api: Api, say: Any, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.actions.pins.MAX_PINS", 2)
    first, second, third = (say(alice, talk) for _ in range(3))
    assert [pin(api(alice), each).status_code for each in (first, second, third)] == [200, 200, 409]
    assert pin(api(alice), second).status_code == 200
    unpin(api(alice), first)
    assert pin(api(alice), third).status_code == 200


@pytest.mark.django_db
def test_newcomers_of_a_group_with_protected_history_see_no_pins_of_before(
    api: Api, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="Past", people=[bob], history=History.PROTECTED)
    before, also_before = say(alice, group), say(alice, group)
    pin(api(alice), before)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    pin(api(alice), also_before)
    assert pins(api(carol), group)["results"] == []
    look()
    assert "message.pinned" not in [kind for kind, _data in events_for(carol, "x.0")]


@pytest.mark.django_db
def test_a_page_costs_the_same_however_long(
    api: Api, say: Any, alice: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(alice)
    for _ in range(10):
        pin(client, say(alice, talk))
    with django_assert_num_queries(8):
        assert len(pins(client, talk)["results"]) == 10
