"""A conversation that staff lock can be read, and nobody but staff can write in it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message
from realtime.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(alice: User, bob: User, admin: User) -> Conversation:
    return actions.create_group(creator=alice, title="River Team", people=[bob, admin])


@pytest.fixture
def said(say: Any, alice: User, group: Conversation) -> Message:
    message: Message = say(alice, group)
    return message


@pytest.fixture
def locked(said: Message, admin: User) -> Conversation:
    return actions.set_locked(conversation_id=said.conversation_id, by=admin, locked=True)


def test_everybody_sees_that_it_is_locked(api: Any, alice: User, locked: Conversation) -> None:
    assert api(alice).get(f"/api/conversations/{locked.pk}").json()["locked"] is True
    event = orjson.loads(Event.objects.filter(type="conversation.updated").latest("id").payload)
    assert event["conversation"]["locked"] is True


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/api/messages", {"conversation_id": "$c", "client_id": "2", "content": "hello"}),
        ("patch", "/api/messages/$m", {"content": "other"}),
        ("post", "/api/messages/$m/reactions", {"emoji": "👍"}),
        ("put", "/api/messages/$m/pin", {}),
        ("post", "/api/messages/$m/forward", {"client_id": "3", "conversation_ids": ["$c"]}),
        ("patch", "/api/conversations/$c", {"title": "Other"}),
        ("delete", "/api/conversations/$c", {}),
        ("post", "/api/conversations/$c/participants", {"user_ids": ["$u"]}),
    ],
)
def test_nothing_is_changed_in_it(
    api: Any, alice: User, carol: User, said: Message, locked: Conversation, method: str, path: str, body: Any
) -> None:
    names = {"$c": str(locked.pk), "$m": str(said.pk), "$u": str(carol.pk)}
    text = orjson.dumps(body).decode()
    for name, value in names.items():
        path, text = path.replace(name, value), text.replace(name, value)
    answer = getattr(api(alice), method)(path, orjson.loads(text))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "locked")
    assert "Staff have locked this conversation" in answer.json()["errors"][0]["detail"]


def test_reading_leaving_and_taking_back_go_on(api: Any, alice: User, bob: User, said: Message, locked: Any) -> None:
    assert api(bob).get(f"/api/conversations/{locked.pk}/messages").status_code == 200
    assert api(bob).put(f"/api/conversations/{locked.pk}/read-marker", {"seq": 1}).status_code == 200
    assert api(alice).delete(f"/api/messages/{said.pk}").status_code == 204
    assert api(bob).delete(f"/api/conversations/{locked.pk}/participants/{bob.pk}").status_code == 204


def test_the_first_message_comes_again(api: Any, alice: User, said: Message, locked: Conversation) -> None:
    body = {"conversation_id": str(locked.pk), "client_id": said.client_id, "content": "hello"}
    assert api(alice).post("/api/messages", body).status_code == 200


def test_staff_write_and_open_it_again(api: Any, alice: User, admin: User, locked: Conversation) -> None:
    def write(person: User) -> int:
        body = {"conversation_id": str(locked.pk), "client_id": uuid4().hex, "content": "hello"}
        status: int = api(person).post("/api/messages", body).status_code
        return status

    assert (write(alice), write(admin)) == (403, 201)
    actions.set_locked(conversation_id=locked.pk, by=admin, locked=False)
    assert write(alice) == 201
