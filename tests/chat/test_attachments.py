"""Attachments of messages: sent, seen by those who may, gone with the message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.actions import attachments
from chat.models import Attachment, Conversation, History, Message, Participant
from tests import files
from tests.conftest import Api
from tests.files import bring, kept

pytestmark = pytest.mark.django_db

Say = Callable[..., Message]


@pytest.fixture
def picture(api: Api, alice: User) -> str:
    """The id of a picture that Alice has brought."""
    return str(bring(api(alice), files.picture(), "beach.jpg").json()["id"])


def ids_of(message: Any) -> list[str]:
    return [each["id"] for each in message["attachments"]]


# --- sending ----------------------------------------------------------------------------------------------------------
def test_a_picture_goes_with_a_message(
    api: Api, alice: User, bob: User, talk: Conversation, send: Any, picture: str
) -> None:
    answer = send(alice, talk, "Look!", attachment_ids=[picture])
    assert answer.status_code == 201, answer.content
    message = answer.json()
    assert (message["type"], message["content"]) == ("image", "Look!")
    (shown,) = message["attachments"]
    assert (shown["id"], shown["name"], shown["kind"], shown["media_type"]) == (
        picture,
        "beach.jpg",
        "image",
        "image/jpeg",
    )
    seen = api(bob)
    assert seen.get(f"/api/messages/{message['id']}").json()["attachments"] == [shown]
    assert seen.get(f"/api/conversations/{talk.pk}/messages").json()["results"][0]["attachments"] == [shown]
    assert seen.get("/api/conversations").json()["results"][0]["last_message"]["attachments"] == [shown]


def test_the_order_is_the_senders(api: Api, alice: User, talk: Conversation, send: Any) -> None:
    client = api(alice)
    brought = [bring(client, content).json()["id"] for content in (files.picture(), files.PDF, files.sound(), b"text")]
    answer = send(alice, talk, "", attachment_ids=[brought[2], brought[0], brought[3], brought[1]])
    wanted = [brought[2], brought[0], brought[3], brought[1]]
    assert ids_of(answer.json()) == wanted
    assert ids_of(client.get(f"/api/messages/{answer.json()['id']}").json()) == wanted


@pytest.mark.parametrize(
    ("contents", "wanted", "text", "got"),
    [
        (["picture"], None, "", "image"),
        (["picture", "picture"], None, "words", "image"),
        (["sound"], None, "", "voice"),
        (["pdf"], None, "", "file"),
        (["picture", "pdf"], None, "", "file"),
        (["picture"], "image", "", "image"),
        (["picture"], "file", "", "file"),
        (["sound"], "voice", "", "voice"),
        (["picture"], "text", "words", "text"),
        ([], "text", "words", "text"),
        ([], None, "words", "text"),
        (["picture"], "text", "", 400),
        (["picture"], "voice", "", 400),
        (["picture", "pdf"], "image", "", 400),
        ([], "image", "words", 400),
        ([], "file", "words", 400),
    ],
)
def test_the_type_follows_or_fits(
    api: Api, alice: User, talk: Conversation, send: Any, contents: list[str], wanted: str | None, text: str, got: Any
) -> None:
    samples = {"picture": files.picture(), "sound": files.sound(), "pdf": files.PDF}
    client = api(alice)
    more: dict[str, Any] = {"attachment_ids": [bring(client, samples[each]).json()["id"] for each in contents]}
    if wanted is not None:
        more["type"] = wanted
    answer = send(alice, talk, text, **more)
    if got == 400:
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "type")
        assert not Message.objects.exists()
    else:
        assert (answer.status_code, answer.json()["type"]) == (201, got)


def test_what_cannot_be_attached(api: Api, alice: User, bob: User, talk: Conversation, send: Any, picture: str) -> None:
    other = bring(api(bob), files.picture()).json()["id"]
    assert send(alice, talk, "one", "c-1", attachment_ids=[picture]).status_code == 201
    fresh = bring(api(alice), files.picture()).json()["id"]
    for wrong in ([other], [picture], [str(uuid4())], [fresh, other], [fresh, fresh], ["x"], [7], "x", [fresh] * 11):
        answer = send(alice, talk, "two", "c-2", attachment_ids=wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["attr"].startswith("attachment_ids")
    assert Message.objects.count() == 1
    assert Attachment.objects.filter(message=None).count() == 2
    assert send(alice, talk, "two", "c-2", attachment_ids=[fresh]).status_code == 201


def test_sending_again_gives_the_first_message(alice: User, talk: Conversation, send: Any, picture: str) -> None:
    first = send(alice, talk, "", attachment_ids=[picture])
    again = send(alice, talk, "", attachment_ids=[picture])
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_a_message_needs_something(alice: User, talk: Conversation, send: Any, picture: str) -> None:
    nothing: list[dict[str, Any]] = [{}, {"attachment_ids": []}]
    for empty in nothing:
        answer = send(alice, talk, "  ", **empty)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "content")
    assert send(alice, talk, "", attachment_ids=[picture]).status_code == 201


def test_ten_attachments_cost_two_queries_more_than_none(
    api: Api, alice: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(alice)
    ids = [bring(client, b"text").json()["id"] for _number in range(10)]
    body = {"conversation_id": str(talk.pk), "client_id": "1", "content": "", "attachment_ids": ids}
    with django_assert_num_queries(6 + 2 + 2):
        assert client.post("/api/messages", body, format="json").status_code == 201


def test_a_history_of_many_pictures_costs_what_one_does(
    api: Api, alice: User, bob: User, talk: Conversation, send: Any
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            api(bob).get(f"/api/conversations/{talk.pk}/messages")
        return len(captured)

    client = api(alice)
    send(alice, talk, "", "0", attachment_ids=[bring(client, files.picture()).json()["id"]])
    one = queries()
    for number in range(1, 5):
        ids = [bring(client, files.picture()).json()["id"] for _number in range(2)]
        assert send(alice, talk, "", str(number), attachment_ids=ids).status_code == 201
    assert queries() == one


# --- who may see it ---------------------------------------------------------------------------------------------------
def test_who_may_see_a_file(
    api: Api, alice: User, bob: User, carol: User, talk: Conversation, send: Any, picture: str
) -> None:
    addresses = [f"/api/attachments/{picture}", f"/api/attachments/{picture}/thumbnail"]

    def answers(person: User) -> set[int]:
        return {api(person).get(address).status_code for address in addresses}

    assert [answers(person) for person in (alice, bob, carol)] == [{200}, {404}, {404}]
    send(alice, talk, "", attachment_ids=[picture])
    assert [answers(person) for person in (alice, bob, carol)] == [{200}, {200}, {404}]
    outside, nowhere = api(carol).get(addresses[0]), api(carol).get(f"/api/attachments/{uuid4()}")
    assert outside.content == nowhere.content
    assert {APIClient().get(address).status_code for address in addresses} == {401}
    Participant.objects.filter(user=bob).update(left_at="2026-01-01T00:00:00Z")
    assert answers(bob) == {404}


def test_who_was_removed_or_came_later_sees_nothing(
    api: Api, alice: User, bob: User, carol: User, send: Any, picture: str
) -> None:
    group = actions.create_group(creator=alice, title="Group", people=[bob], history=History.PROTECTED)
    assert send(alice, group, "", attachment_ids=[picture]).status_code == 201
    address = f"/api/attachments/{picture}"
    assert api(bob).get(address).status_code == 200
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    assert api(carol).get(address).status_code == 404
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert api(bob).get(address).status_code == 404
    actions.delete_group(user=alice, conversation_id=group.pk)
    assert api(alice).get(address).status_code == 404


def test_other_files_have_no_thumbnail(api: Api, alice: User) -> None:
    body = bring(api(alice), files.PDF).json()
    assert body["thumbnail_url"] is None
    assert api(alice).get(f"{body['url']}/thumbnail").status_code == 404


# --- forwarded, deleted -----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_shared_file_goes_with_its_last_message(
    api: Api, alice: User, bob: User, carol: User, talk: Conversation, say: Say, send: Any, media: Path, picture: str
) -> None:
    send(alice, talk, "", attachment_ids=[picture])
    first = Message.objects.with_everything().get()
    further = say(bob, actions.open_direct(user=bob, partner=carol)[0])
    with transaction.atomic():
        attachments.attach(further, attachments.share(first, bob))
    (copy,) = Attachment.objects.filter(message=further)
    assert (copy.owner, copy.name, copy.thumbnail) == (bob, "beach.jpg", first.attached[0].thumbnail)
    assert (len(kept(media)), Attachment.objects.bytes_of(bob)) == (2, copy.size)
    assert api(carol).get(f"/api/attachments/{copy.pk}").status_code == 200
    assert api(carol).get(f"/api/attachments/{picture}").status_code == 404
    with transaction.atomic():
        attachments.drop(first.attached)
        assert len(kept(media)) == 2
    assert len(kept(media)) == 2
    assert api(carol).get(f"/api/attachments/{copy.pk}").status_code == 200
    with transaction.atomic():
        attachments.drop([copy])
    assert kept(media) == []
    assert api(carol).get(f"/api/attachments/{copy.pk}").status_code == 404
