"""POST /api/messages/{id}/forward"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db

Forward = Callable[..., Any]


@pytest.fixture
def forward(api: Api) -> Forward:
    """Forwards: forward(alice, message, talk, group, client_id="1")."""

    def forward_it(user: User, message: Any, *targets: Any, **more: Any) -> Any:
        ids = [str(getattr(target, "pk", target)) for target in targets]
        path = f"/api/messages/{getattr(message, 'pk', message)}/forward"
        return api(user).post(path, {"conversation_ids": ids, **more}, format="json")

    return forward_it


@pytest.fixture
def group(alice: User, carol: User) -> Conversation:
    return actions.create_group(creator=alice, title="River Team", people=[carol])


def test_it_is_said_again_elsewhere(
    forward: Forward, api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation, group: Conversation
) -> None:
    original = say(bob, talk, "look")
    message, _new = actions.send_message(
        sender=bob, conversation_id=talk.pk, client_id="1", content="@bob @carol 👩‍👩‍👧‍👦", reply_to=original.pk
    )
    response = forward(alice, message, group, talk)
    assert response.status_code == 201
    in_group, in_talk = response.json()["results"]
    assert [in_group["conversation_id"], in_talk["conversation_id"]] == [str(group.pk), str(talk.pk)]
    for copy in (in_group, in_talk):
        assert (copy["content"], copy["forwarded"], copy["status"]) == (message.content, True, "sent")
        assert (copy["sender"]["username"], copy["reply_to"], copy["thread_root"]) == ("alice", None, None)
    assert in_group["mentions"] == [str(carol.pk)]
    assert in_talk["mentions"] == [str(bob.pk)]
    assert api(carol).get(f"/api/messages/{in_group['id']}").json()["content"] == message.content
    told = [orjson.loads(event.payload)["message"]["id"] for event in Event.objects.filter(type="message.created")]
    assert {in_group["id"], in_talk["id"]} <= set(told)
    assert message.forwarded is False


def test_the_same_client_id_again_gives_the_first_messages(
    forward: Forward, say: Any, alice: User, talk: Conversation, group: Conversation
) -> None:
    message = say(alice, talk)
    first, again = (forward(alice, message, group, talk, client_id="x" * 64) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 3
    actions.delete_message(user=alice, message_id=message.pk)
    assert forward(alice, message, group, talk, client_id="x" * 64).status_code == 200
    assert forward(alice, message, group, client_id="other").status_code == 409


def test_a_retry_does_what_was_left_out(
    forward: Forward, say: Any, alice: User, talk: Conversation, group: Conversation
) -> None:
    message = say(alice, talk)
    (first,) = forward(alice, message, group, client_id="1").json()["results"]
    response = forward(alice, message, group, talk, client_id="1")
    assert response.status_code == 201
    assert response.json()["results"][0]["id"] == first["id"]
    assert Message.objects.count() == 3


def test_without_a_client_id_each_time_anew(
    forward: Forward, say: Any, alice: User, talk: Conversation, group: Conversation
) -> None:
    message = say(alice, talk)
    ids = [forward(alice, message, group).json()["results"][0]["id"] for _ in range(2)]
    assert len(set(ids)) == 2


def test_the_same_conversation_twice_is_once(forward: Forward, say: Any, alice: User, talk: Conversation) -> None:
    assert len(forward(alice, say(alice, talk), talk, talk).json()["results"]) == 1


def test_all_or_nothing(
    forward: Forward, say: Any, alice: User, bob: User, carol: User, talk: Conversation, group: Conversation
) -> None:
    message = say(alice, talk)
    others, _new = actions.open_direct(user=bob, partner=carol)
    count, events = Message.objects.count(), Event.objects.count()
    assert forward(alice, message, group, others).status_code == 404
    assert forward(alice, message, group, uuid4()).status_code == 404
    outside, nowhere = forward(carol, message, group), forward(carol, uuid4(), group)
    assert outside.status_code == nowhere.status_code == 404
    assert outside.content == nowhere.content
    actions.block(user=bob, target=alice)
    assert forward(alice, say(alice, group), group, talk).status_code == 403
    assert Message.objects.count() == count + 1
    assert Event.objects.filter(type="message.created").count() == 2
    assert events


@pytest.mark.parametrize("ids", [[], None, "x", ["x"], [7], [str(uuid4())] * 21])
def test_targets_that_are_none(api: Api, say: Any, alice: User, talk: Conversation, ids: Any) -> None:
    path = f"/api/messages/{say(alice, talk).pk}/forward"
    assert api(alice).post(path, {"conversation_ids": ids}, format="json").status_code == 400
    body = {"conversation_ids": [str(talk.pk)], "client_id": "x" * 65}
    assert api(alice).post(path, body, format="json").status_code == 400
    assert api(alice).post(path, {}, format="json").status_code == 400


def test_what_was_deleted_or_what_nobody_said_stays(
    forward: Forward, say: Any, alice: User, talk: Conversation, group: Conversation
) -> None:
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"title": "Lake Team"})
    system, deleted = Message.objects.get(type="system"), say(alice, talk)
    actions.delete_message(user=alice, message_id=deleted.pk)
    for message in (system, deleted):
        assert forward(alice, message, talk).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_many_that_cross_do_not_wait_for_each_other_for_ever(
    forward: Forward, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    here, there = say(alice, talk), say(bob, group)

    def cross(number: int) -> int:
        try:
            if number % 2:
                return int(forward(alice, here, group, talk).status_code)
            return int(forward(bob, there, talk, group).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(cross, range(24))) == [201] * 24
    for conversation in (talk, group):
        assert list(conversation.messages.order_by("seq").values_list("seq", flat=True)) == list(range(1, 26))


@pytest.mark.django_db(transaction=True)
def test_twins_at_once_are_one(
    forward: Forward, say: Any, alice: User, talk: Conversation, group: Conversation
) -> None:
    message = say(alice, talk)

    def forward_one(_number: int) -> int:
        try:
            return int(forward(alice, message, group, talk, client_id="1").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(forward_one, range(4))) == [200] * 3 + [201]
    assert Message.objects.count() == 3
