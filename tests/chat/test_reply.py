"""Replies: POST /api/messages with reply_to"""

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
from chat.models import Conversation, History, Message
from chat.serializers import excerpt
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def reply(send: Any, user: User, conversation: Conversation, original: Any, **more: Any) -> Any:
    original = str(original.pk) if isinstance(original, Message) else original
    return send(user, conversation, "yes", client_id=uuid4().hex, reply_to=original, **more)


def test_a_reply_shows_what_it_answers(
    send: Any, api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    original = say(alice, talk, "# Shall we **meet** at `noon`?\n\nBy the *mill*.")
    response = reply(send, bob, talk, original)
    assert response.status_code == 201
    shown = response.json()["reply_to"]
    assert {**shown, "sender": shown["sender"]["username"]} == {
        "id": str(original.pk),
        "seq": 1,
        "sender": "alice",
        "excerpt": "# Shall we meet at noon? By the mill.",
    }
    told = orjson.loads(Event.objects.filter(type="message.created").latest("id").payload)["message"]
    assert told["reply_to"] == shown
    assert api(bob).get(f"/api/messages/{told['id']}").json()["reply_to"] == shown
    assert api(bob).get("/api/conversations").json()["results"][0]["last_message"]["reply_to"] == shown


def test_sending_again_gives_the_first_reply(send: Any, say: Any, alice: User, talk: Conversation) -> None:
    first = send(alice, talk, reply_to=str(say(alice, talk).pk))
    again = send(alice, talk)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_the_excerpt_follows_the_original(
    send: Any, api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    original = say(alice, talk, "one")
    answer = reply(send, bob, talk, original).json()["id"]

    def shown() -> str:
        return str(api(bob).get(f"/api/messages/{answer}").json()["reply_to"]["excerpt"])

    actions.edit_message(user=alice, message_id=original.pk, content="two")
    assert shown() == "two"
    actions.delete_message(user=alice, message_id=original.pk)
    assert shown() == ""


def test_the_original_is_gone_for_good(send: Any, api: Api, say: Any, alice: User, talk: Conversation) -> None:
    original = say(alice, talk)
    answer = reply(send, alice, talk, original).json()["id"]
    Conversation.objects.update(last_message=None)
    original.delete()
    assert api(alice).get(f"/api/messages/{answer}").json()["reply_to"] is None


def test_only_what_one_sees_in_this_conversation(
    send: Any, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    elsewhere = say(alice, actions.open_direct(user=alice, partner=carol)[0])
    group = actions.create_group(creator=alice, title="River Team", people=[bob], history=History.PROTECTED)
    before = say(alice, group)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    for conversation, user, original in [
        (talk, alice, elsewhere),
        (talk, alice, str(uuid4())),
        (talk, alice, "nonsense"),
        (talk, alice, 7),
        (group, carol, before),
    ]:
        response = reply(send, user, conversation, original)
        assert response.status_code == 400, original
        assert response.json()["errors"][0]["attr"] == "reply_to"
    assert reply(send, bob, group, before).status_code == 201
    assert reply(send, carol, talk, elsewhere).status_code == 404


@pytest.mark.parametrize("field", ["reply_to", "thread_root"])
def test_not_what_was_deleted_or_what_nobody_said(send: Any, say: Any, alice: User, bob: User, field: str) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"title": "Lake Team"})
    system, deleted = Message.objects.get(type="system"), say(alice, group)
    actions.delete_message(user=alice, message_id=deleted.pk)
    count = Message.objects.count()
    for original in (system, deleted):
        assert send(alice, group, **{field: str(original.pk)}).status_code == 409
    assert Message.objects.count() == count


def test_null_is_no_reply(send: Any, alice: User, talk: Conversation) -> None:
    assert send(alice, talk, reply_to=None, thread_root=None).json()["reply_to"] is None


def test_a_page_of_replies_costs_the_same_however_many(
    api: Api,
    send: Any,
    say: Any,
    alice: User,
    bob: User,
    talk: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client, path = api(bob), f"/api/conversations/{talk.pk}/messages"
    original = say(alice, talk)
    with CaptureQueriesContext(connection) as plain:
        client.get(path)
    queries = len(plain)  # now: the next request forgets them
    for person in (alice, bob) * 10:
        reply(send, person, talk, original)
    with django_assert_num_queries(queries):
        assert len(client.get(path).json()["results"]) == 21


FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("hello", "hello"),
        (" a\n\n b\t c ", "a b c"),
        ("```python\nx = 1\n```", "x = 1"),
        ("`*a*` **b *c* d** *e*", "*a* b c d e"),
        ("~~a **b**~~ ~~ c ~~ ~~~d~~~", "a b ~~ c ~~ ~~~d~~~"),
        ("~~a " * 2500, None),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("مرحبا **بكم**", "مرحبا بكم"),
        ("x" * 140, "x" * 140),
        ("x" * 141, "x" * 139 + "…"),
        ("x" * 136 + FAMILY + "y", "x" * 136 + "…"),
        ("x" * 138 + "e\u0301" + "y", "x" * 138 + "…"),
        ("x" * 138 + "👍🏽" + "y", "x" * 138 + "…"),
        (FAMILY * 30, FAMILY * 19 + "…"),
        ("**" * 5000, None),
        ("`" * 10_000, None),
        ("*a" * 5000, None),
        ("\u0301" * 10_000, None),
    ],
)
def test_excerpts(content: str, shown: str | None) -> None:
    assert len(excerpt(content)) <= 140
    if shown is not None:
        assert excerpt(content) == shown
