"""POST /api/conversations/mark-read"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def mark(api: Api, user: User, body: Any = None) -> Any:
    return api(user).post("/api/conversations/mark-read", {} if body is None else body, format="json")


def told(event_type: str) -> list[Any]:
    return [orjson.loads(event.payload) for event in Event.objects.filter(type=event_type).order_by("id")]


@pytest.fixture
def group(alice: User, bob: User, carol: User) -> Conversation:
    return actions.create_group(creator=alice, title="River Team", people=[bob, carol])


def test_everything_is_read(
    api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation, group: Conversation
) -> None:
    for speaker, where in ((alice, talk), (alice, group), (carol, group)):
        say(speaker, where)
    assert mark(api, bob).json() == {"total": 0, "conversations": {}, "users": {}}
    assert [event["total"] for event in told("unread.updated")] == [0, 0]  # both at once
    assert {event["conversation_id"] for event in told("receipt.updated")} == {str(talk.pk), str(group.pk)}
    assert mark(api, bob).status_code == 200
    assert len(told("unread.updated")) == 2


def test_all_of_one_sender_and_nothing_of_another(
    api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation, group: Conversation
) -> None:
    for speaker, where in ((alice, talk), (alice, group), (carol, group), (alice, group), (carol, group)):
        say(speaker, where)
    left = {"total": 2, "conversations": {str(group.pk): 2}, "users": {str(carol.pk): 2}}
    assert mark(api, bob, {"sender_id": str(alice.pk)}).json() == left
    assert api(bob).get("/api/unread-counts").json() == left
    me = api(bob).get(f"/api/conversations/{group.pk}").json()["me"]
    assert (me["unread"], me["read_seq"], me["read_senders"]) == (2, 1, {str(alice.pk): 3})
    by_conversation = {event["conversation_id"]: event for event in told("unread.updated")}
    assert by_conversation[str(talk.pk)]["unread"] == 0
    event = by_conversation[str(group.pk)]
    assert (event["unread"], event["read_seq"], event["read_senders"]) == (2, 1, {str(alice.pk): 3})
    positions = {event["conversation_id"]: event["receipts"][0]["read_seq"] for event in told("receipt.updated")}
    assert positions == {str(talk.pk): 1, str(group.pk): 1}
    say(alice, group)
    assert api(bob).get("/api/unread-counts").json()["users"] == {str(alice.pk): 1, str(carol.pk): 2}


def test_what_lay_between_lets_the_marker_move_on(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    for speaker in (alice, carol, alice, carol):
        say(speaker, group)
    mark(api, bob, {"sender_id": str(alice.pk)})
    assert mark(api, bob, {"sender_id": str(carol.pk)}).json()["total"] == 0
    me = api(bob).get(f"/api/conversations/{group.pk}").json()["me"]
    assert (me["unread"], me["read_seq"], me["read_senders"]) == (0, 4, {})


def test_a_group_where_another_said_the_first_word(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    say(carol, group)
    said = say(alice, group)
    mark(api, bob, {"sender_id": str(alice.pk)})
    me = api(bob).get(f"/api/conversations/{group.pk}").json()["me"]
    assert (me["unread"], me["read_seq"], me["read_senders"]) == (1, 0, {str(alice.pk): 2})
    assert told("receipt.updated") == []
    actions.delete_message(user=alice, message_id=said.pk)
    assert api(bob).get("/api/unread-counts").json()["total"] == 1


def test_marking_unread_brings_them_back(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    for speaker in (alice, carol, alice):
        say(speaker, group)
    mark(api, bob, {"sender_id": str(alice.pk)})
    api(bob).put(f"/api/conversations/{group.pk}/read-marker", {"unread_from": 2})
    assert api(bob).get("/api/unread-counts").json()["users"] == {str(alice.pk): 1, str(carol.pk): 1}


def test_mentions_go_with_them(api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    say(carol, group, "@bob look")
    say(alice, group, "@bob yes, look")
    assert api(bob).get(f"/api/conversations/{group.pk}").json()["me"]["mentions"] == 2
    mark(api, bob, {"sender_id": str(alice.pk)})
    assert api(bob).get(f"/api/conversations/{group.pk}").json()["me"]["mentions"] == 1


def test_who_left_and_came_back_has_nothing_unread(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    for speaker in (carol, alice):
        say(speaker, group)
    mark(api, bob, {"sender_id": str(alice.pk)})
    actions.leave(user=bob, conversation_id=group.pk)
    assert api(bob).get("/api/unread-counts").json()["total"] == 0
    actions.add_participants(user=alice, conversation_id=group.pk, people=[bob])
    assert api(bob).get("/api/unread-counts").json()["total"] == 0
    say(alice, group)
    me = api(bob).get(f"/api/conversations/{group.pk}").json()["me"]
    assert (me["unread"], me["read_senders"]) == (1, {})


@pytest.mark.parametrize("body", [{"sender_id": "x"}, {"sender_id": None}, {"sender_id": 7}, [], "all"])
def test_senders_that_are_none(api: Api, say: Any, alice: User, bob: User, talk: Conversation, body: Any) -> None:
    say(alice, talk)
    assert mark(api, bob, body).status_code == 400
    assert api(bob).get("/api/unread-counts").json()["total"] == 1


def test_somebody_who_does_not_exist(api: Api, bob: User) -> None:
    assert mark(api, bob, {"sender_id": str(uuid4())}).status_code == 404


def test_counts_stay_one_query(
    api: Api,
    say: Any,
    alice: User,
    bob: User,
    carol: User,
    group: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for speaker in (carol, alice):
        say(speaker, group)
    mark(api, bob, {"sender_id": str(alice.pk)})
    with django_assert_num_queries(1):
        assert Message.objects.unread_counts(bob)["total"] == 1


def test_everything_takes_as_many_statements_for_many_conversations(
    api: Api, say: Any, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = []
    for many in (2, 7):
        for number in range(many):
            say(alice, actions.create_group(creator=alice, title=f"{many} {number}", people=[bob]))
        with CaptureQueriesContext(connection) as queries:
            actions.mark_all_read(user=bob)
        statements.append(len(queries))
        assert Message.objects.unread_counts(bob)["total"] == 0
    assert statements[0] == statements[1]
    told = [orjson.loads(event.payload) for event in Event.objects.filter(type="unread.updated").order_by("id")]
    assert [each["unread"] + each["total"] for each in told] == [0] * 9
    monkeypatch.setattr("chat.actions.reading.AT_ONCE", 2)
    for conversation in Conversation.objects.order_by("pk")[:5]:
        say(alice, conversation)
    actions.mark_all_read(user=bob)
    assert Message.objects.unread_counts(bob)["total"] == 0
