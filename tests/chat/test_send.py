"""POST /api/messages"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Participant
from realtime.models import Event

Api = Callable[[User], APIClient]


@pytest.mark.django_db
def test_a_message_is_answered_and_told(send: Any, alice: User, talk: Conversation) -> None:
    response = send(alice, talk, "Hello **Bob**")
    assert response.status_code == 201
    message = response.json()
    assert message["content"] == "Hello **Bob**"
    assert (message["seq"], message["client_id"], message["type"]) == (1, "c-1", "text")
    assert message["sender"]["username"] == "alice"
    assert message["status"] == "sent"
    assert message["created_at"].endswith("Z")
    event = Event.objects.get(type="message.created")
    told = orjson.loads(event.payload)["message"]
    assert event.topic == f"conversation:{talk.pk}"
    assert told == {key: value for key, value in message.items() if key not in {"status", "starred"}}


@pytest.mark.django_db
def test_messages_are_numbered_in_their_conversation(say: Any, alice: User, bob: User, carol: User) -> None:
    first, second = (actions.open_direct(user=alice, partner=other)[0] for other in (bob, carol))
    assert [say(alice, first).seq, say(alice, second).seq, say(alice, first).seq] == [1, 1, 2]


@pytest.mark.django_db
def test_the_same_client_id_again_gives_the_first_message(send: Any, alice: User, talk: Conversation) -> None:
    first, again = send(alice, talk, "one"), send(alice, talk, "two")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 1
    assert Event.objects.filter(type="message.created").count() == 1


@pytest.mark.django_db
def test_two_people_may_use_the_same_client_id(send: Any, alice: User, bob: User, talk: Conversation) -> None:
    assert send(alice, talk).status_code == 201
    assert send(bob, talk).status_code == 201


@pytest.mark.django_db
def test_a_client_id_of_another_conversation_is_a_conflict(
    send: Any, alice: User, carol: User, talk: Conversation
) -> None:
    other, _new = actions.open_direct(user=alice, partner=carol)
    assert send(alice, talk).status_code == 201
    response = send(alice, other)
    assert response.status_code == 409
    assert response.json()["errors"][0]["code"] == "conflict"
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_twins_at_once_are_one_message(send: Any, alice: User, talk: Conversation) -> None:
    def send_one(_number: int) -> tuple[int, str]:
        try:
            response = send(alice, talk)
            return response.status_code, response.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send_one, range(8)))
    assert sorted(code for code, _id in answers) == [200] * 7 + [201]
    assert len({message_id for _code, message_id in answers}) == 1
    assert Event.objects.filter(type="message.created").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_numbered_without_a_gap(send: Any, alice: User, bob: User, talk: Conversation) -> None:
    def send_one(number: int) -> int:
        try:
            return int(send((alice, bob)[number % 2], talk, client_id=f"n-{number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send_one, range(24))) == {201}
    assert sorted(Message.objects.values_list("seq", flat=True)) == list(range(1, 25))
    told = [
        orjson.loads(event.payload)["message"]["seq"]
        for event in Event.objects.filter(type="message.created").order_by("id")
    ]
    assert told == list(range(1, 25))


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", " ", " \n\t ", "x" * 10_001, None, 7, [], {}, "a\0b"])
def test_content_that_is_none(send: Any, alice: User, talk: Conversation, content: object) -> None:
    response = send(alice, talk, content)
    assert response.status_code == 400
    assert response.json()["errors"][0]["detail"]
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_lone_surrogate_and_broken_json(api: Api, alice: User, talk: Conversation) -> None:
    for body in (
        b'{"conversation_id": "%b", "client_id": "1", "content": "\\ud800"}' % str(talk.pk).encode(),
        b'{"conversation_id": "%b", "client_id": "1", "content": "' % str(talk.pk).encode(),
        b"\xff\xfe",
        b"[" * 5000,
        b"",
        b"[]",
        b"7",
        b'"text"',
    ):
        assert api(alice).post("/api/messages", body, content_type="application/json").status_code == 400, body[:80]
    assert api(alice).post("/api/messages", b"x=1", content_type="text/plain").status_code == 415


@pytest.mark.django_db
@pytest.mark.parametrize("client_id", ["", "  ", None, "x" * 65, "a\0"])
def test_client_ids_that_are_none(send: Any, alice: User, talk: Conversation, client_id: object) -> None:
    assert send(alice, talk, client_id=client_id).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", ["x" * 10_000, "  indented\n\n", "مرحبا", "日本語 🏞️", "e\u0301", "\u202eevil", "<script>", "👩‍👩‍👧‍👦"]
)
def test_content_is_kept_exactly(send: Any, alice: User, talk: Conversation, content: str) -> None:
    assert send(alice, talk, content).json()["content"] == content
    assert Message.objects.get().content == content


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(send: Any, carol: User, talk: Conversation) -> None:
    outside, nowhere = send(carol, talk), send(carol, uuid4())
    assert outside.status_code == nowhere.status_code == 404
    assert outside.content == nowhere.content
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_who_left_cannot_send(send: Any, alice: User, bob: User, talk: Conversation) -> None:
    Participant.objects.filter(user=bob).update(left_at="2026-01-01T00:00:00Z")
    assert send(bob, talk).status_code == 404
    assert send(alice, talk).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["system", "image", "nonsense"])
def test_types_that_clients_cannot_send(send: Any, alice: User, talk: Conversation, kind: str) -> None:
    assert send(alice, talk, type=kind).status_code == 400


@pytest.mark.django_db
def test_sending_costs_six_queries(
    api: Api, alice: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(alice)
    body = {"conversation_id": str(talk.pk), "client_id": "counted", "content": "hello"}
    with django_assert_num_queries(6 + 2):  # BEGIN and COMMIT are a savepoint inside a test
        assert client.post("/api/messages", body, format="json").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_failing_event_leaves_no_message(
    send: Any, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_event: Any) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr("chat.actions.messages.append", fail)
    with pytest.raises(RuntimeError):
        send(alice, talk)
    assert not Message.objects.exists()
    assert Conversation.objects.get().last_seq == 0
