"""PATCH /api/messages/{id}"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import orjson
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import actions
from chat.models import Conversation, History, Message, MessageEdit, Participant
from moderation.actions import report_message
from moderation.models import Reason
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db

Edit = Callable[..., Any]


@pytest.fixture
def edit(api: Api) -> Edit:
    def patch(user: User, message: Any, content: Any = "better") -> Any:
        message_id = getattr(message, "pk", message)
        return api(user).patch(f"/api/messages/{message_id}", {"content": content}, format="json")

    return patch


def told() -> list[Any]:
    return [orjson.loads(event.payload) for event in Event.objects.filter(type="message.updated").order_by("id")]


def test_the_message_says_something_else(edit: Edit, api: Api, say: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, "hello")
    with time_machine.travel("2030-01-01T12:00:00Z", tick=False):
        response = edit(alice, message, "hello **Bob**")
    assert response.status_code == 200
    answer = response.json()
    assert (answer["content"], answer["edited_at"]) == ("hello **Bob**", "2030-01-01T12:00:00Z")
    assert (answer["id"], answer["seq"], answer["status"]) == (str(message.pk), 1, "sent")
    assert api(alice).get(f"/api/messages/{message.pk}").json() == answer
    assert api(alice).get("/api/conversations").json()["results"][0]["last_message"]["content"] == "hello **Bob**"
    (event,) = told()
    assert event == {
        "message": {name: value for name, value in answer.items() if name not in {"status", "starred"}},
        "excerpt": "hello Bob",
    }


def test_the_same_content_changes_nothing(edit: Edit, say: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, "hello")
    assert edit(alice, message, "hello").json()["edited_at"] is None
    assert not told()
    assert not MessageEdit.objects.exists()


def test_only_the_sender_edits(edit: Edit, say: Any, alice: User, bob: User, carol: User, admin: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    message = say(bob, group)
    assert edit(alice, message).status_code == 403
    assert edit(alice, message, "").status_code == 403
    outside, nowhere = edit(carol, message), edit(carol, uuid4())
    assert outside.status_code == nowhere.status_code == edit(admin, message).status_code == 404
    assert outside.content == nowhere.content
    assert edit(carol, message, "").status_code == 404
    assert Message.objects.get(pk=message.pk).content == "hello"


def test_what_was_deleted_or_what_nobody_said_stays(edit: Edit, say: Any, alice: User, bob: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"title": "Lake Team"})
    system = Message.objects.get(type="system")
    deleted = say(alice, group)
    actions.delete_message(user=alice, message_id=deleted.pk)
    for message in (system, deleted):
        assert edit(alice, message).status_code == 409
    assert not told()


@pytest.mark.parametrize("content", ["", " ", "\n\t", "x" * 10_001, None, 7, [], {}, "a\0b"])
def test_content_that_is_none(edit: Edit, say: Any, alice: User, talk: Conversation, content: object) -> None:
    message = say(alice, talk, "hello")
    assert edit(alice, message, content).status_code == 400
    assert Message.objects.get().content == "hello"


def test_what_is_said_with_a_picture_may_go(edit: Edit, say: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, "look")
    Message.objects.filter(pk=message.pk).update(type="image")
    assert edit(alice, message, "").json()["content"] == ""


def test_bodies_that_are_none(api: Api, say: Any, alice: User, talk: Conversation) -> None:
    path = f"/api/messages/{say(alice, talk).pk}"
    for body in (b"", b"[]", b"{}", b'{"content": "\\ud800"}'):
        assert api(alice).patch(path, body, content_type="application/json").status_code == 400, body


@pytest.mark.parametrize("content", ["👩‍👩‍👧‍👦", "e\u0301", "\u202eevil\u202c", "  indented\n\n", "x" * 10_000])
def test_content_is_kept_exactly(edit: Edit, say: Any, alice: User, talk: Conversation, content: str) -> None:
    assert edit(alice, say(alice, talk), content).json()["content"] == content
    assert Message.objects.get().content == content
    assert told()[0]["message"]["content"] == content


def test_a_blocked_person_cannot_write_into_what_was_said(
    edit: Edit, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    actions.block(user=bob, target=alice)
    assert edit(alice, message).status_code == 403


def test_newcomers_hear_nothing_of_what_was_said_before_their_time(
    edit: Edit, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob], history=History.PROTECTED)
    before = say(alice, group)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    edit(alice, before)
    edit(alice, say(alice, group))
    first, second = Event.objects.filter(type="message.updated").order_by("id")
    assert str(carol.pk) in first.routing
    assert str(carol.pk) not in second.routing


def test_staff_read_what_a_reported_message_said_before_and_nobody_changes_that(
    edit: Edit, say: Any, alice: User, bob: User, admin: User, talk: Conversation
) -> None:
    message = say(alice, talk, "first")
    edit(alice, message, "second")
    edit(alice, message, "third")
    kept = MessageEdit.objects.order_by("id")
    assert [(each.content, each.edited_by) for each in kept] == [("first", alice), ("second", alice)]
    browser = Client()
    browser.force_login(admin)
    pages = ("/admin/chat/messageedit/", f"/admin/chat/messageedit/{kept[0].pk}/change/")
    for page in pages:
        content = browser.get(page).content
        assert b"first" not in content
        assert b"(5 characters)" in content
    report_message(user=bob, message_id=message.pk, reason=Reason.SPAM)
    for page in pages:
        assert b"first" in browser.get(page).content
    assert browser.get("/admin/chat/messageedit/add/").status_code == 403
    assert browser.post(f"/admin/chat/messageedit/{kept[0].pk}/delete/", {"post": "yes"}).status_code == 403


def test_staff_without_the_permission_do_not(say: Any, alice: User, talk: Conversation) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    browser = Client()
    browser.force_login(User.objects.get(pk=alice.pk))
    assert browser.get("/admin/chat/messageedit/").status_code == 403
    alice.user_permissions.add(Permission.objects.get(codename="view_messageedit"))
    assert browser.get("/admin/chat/messageedit/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_last_stays_and_both_are_kept(edit: Edit, say: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, "first")

    def edit_one(content: str) -> int:
        try:
            return int(edit(alice, message, content).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(edit_one, ["one", "two"])) == [200, 200]
    message.refresh_from_db()
    contents = [each.content for each in MessageEdit.objects.order_by("id")]
    assert contents[0] == "first"
    assert {contents[1], message.content} == {"one", "two"}
    assert [each["message"]["content"] for each in told()] == [contents[1], message.content]


def test_who_left_cannot_edit(edit: Edit, say: Any, alice: User, bob: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    message = say(bob, group)
    Participant.objects.filter(user=bob).update(left_at="2026-01-01T00:00:00Z")
    assert edit(bob, message).status_code == 404


def test_naming_everybody_takes_as_many_statements_in_a_large_group(api: Api, alice: User, say: Any) -> None:
    statements = []
    for many in (3, 12):
        people = [User.objects.create_user(f"p{many}-{number}") for number in range(many)]
        group = actions.create_group(creator=alice, title="Large", people=people)
        other, _new = actions.open_direct(user=alice, partner=people[0])
        said = say(alice, group)
        for where, text in ((other, "x"), (group, "@all one"), (group, f"@{people[1].username} two")):
            say(alice, where, text)
        actions.block(user=people[2], target=alice)
        with CaptureQueriesContext(connection) as queries:
            actions.edit_message(user=alice, message_id=said.pk, content="@all come")
        statements.append(len(queries))
        told = {}
        for event in Event.objects.filter(type="unread.updated").order_by("id"):
            told[event.topic] = orjson.loads(event.payload)
        for person in people:
            shown = api(person).get(f"/api/conversations/{group.pk}").json()
            counts = api(person).get("/api/unread-counts").json()
            heard = told[f"user:{person.pk}"]
            assert (heard["unread"], heard["mentions"]) == (shown["me"]["unread"], shown["me"]["mentions"])
            assert heard["total"] == counts["total"]
    assert statements[0] == statements[1]
