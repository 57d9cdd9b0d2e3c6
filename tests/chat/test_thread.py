"""Threads: POST /api/messages with thread_root, and GET /api/conversations/{id}/messages?thread="""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest

from accounts.models import User
from chat import actions
from chat.models import Conversation, History, Message
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def go_on(send: Any) -> Any:
    """Goes on with a thread: go_on(bob, talk, root)."""

    def go_on_with(user: User, conversation: Conversation, root: Any, **more: Any) -> Any:
        root_id = str(getattr(root, "pk", root))
        return send(user, conversation, "more", client_id=uuid4().hex, thread_root=root_id, **more)

    return go_on_with


def thread(api: Api, user: User, conversation: Conversation, root: Any, **query: Any) -> Any:
    query["thread"] = getattr(root, "pk", root)
    return api(user).get(f"/api/conversations/{conversation.pk}/messages", query)


def count_of(api: Api, user: User, message: Message) -> int:
    return int(api(user).get(f"/api/messages/{message.pk}").json()["reply_count"])


def told(event_type: str) -> list[Any]:
    events = Event.objects.filter(type=event_type).order_by("id")
    return [orjson.loads(event.payload).get("thread") for event in events]


def test_the_root_counts_its_replies_and_everybody_is_told(
    go_on: Any, api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    root = say(alice, talk)
    first, second = (go_on(person, talk, root) for person in (bob, alice))
    assert (first.status_code, first.json()["thread_root"], first.json()["seq"]) == (201, str(root.pk), 2)
    assert count_of(api, bob, root) == 2
    actions.delete_message(user=bob, message_id=first.json()["id"])
    assert count_of(api, bob, root) == 1
    assert [each and each["reply_count"] for each in told("message.created")] == [None, 1, 2]
    assert told("message.deleted") == [{"id": str(root.pk), "reply_count": 1}]
    whole = api(bob).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    assert [message["seq"] for message in whole] == [1, 2, 3]
    assert second.json()["reply_to"] is None


def test_sending_again_counts_once(send: Any, api: Api, say: Any, alice: User, talk: Conversation) -> None:
    root = say(alice, talk)
    answers = [send(alice, talk, thread_root=str(root.pk)).status_code for _ in range(2)]
    assert answers == [201, 200]
    assert count_of(api, alice, root) == 1


def test_a_thread_has_no_threads(go_on: Any, api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    root = say(alice, talk)
    inner = go_on(bob, talk, root).json()["id"]
    assert go_on(alice, talk, inner, reply_to=inner).json()["thread_root"] == str(root.pk)
    assert count_of(api, alice, root) == 2


def test_the_history_of_a_thread(go_on: Any, api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    root, other = say(alice, talk), say(alice, talk)
    for number in range(6):
        go_on((alice, bob)[number % 2], talk, root)
        say(bob, talk)

    def seqs(**query: Any) -> tuple[list[int], bool, bool]:
        page = thread(api, bob, talk, root, **query).json()
        return [each["seq"] for each in page["results"]], page["has_more_before"], page["has_more_after"]

    assert seqs() == ([3, 5, 7, 9, 11, 13], False, False)
    assert seqs(limit=2) == ([11, 13], True, False)
    assert seqs(limit=2, before=11) == ([7, 9], True, True)
    assert seqs(limit=2, after=0) == ([3, 5], False, True)
    assert seqs(limit=2, after=11) == ([13], True, False)
    assert seqs(limit=3, around=7) == ([5, 7, 9], True, True)
    assert thread(api, bob, talk, other).json()["results"] == []


def test_threads_that_are_none(go_on: Any, api: Api, say: Any, alice: User, carol: User, talk: Conversation) -> None:
    elsewhere, _new = actions.open_direct(user=alice, partner=carol)
    root = say(alice, elsewhere)
    go_on(carol, elsewhere, root)
    assert thread(api, alice, talk, root).status_code == thread(api, alice, talk, uuid4()).status_code == 404
    assert thread(api, carol, talk, root).status_code == 404
    assert thread(api, alice, talk, "nonsense").status_code == 400
    for wrong in (root, uuid4(), "nonsense"):
        response = go_on(alice, talk, wrong)
        assert response.status_code == 400
        assert response.json()["errors"][0]["attr"] == "thread_root"


def test_what_comes_after_the_root_was_deleted(
    go_on: Any, api: Api, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    root = say(alice, talk)
    inner = go_on(bob, talk, root).json()["id"]
    actions.delete_message(user=alice, message_id=root.pk)
    assert len(thread(api, bob, talk, root).json()["results"]) == 1
    assert count_of(api, bob, root) == 1
    assert go_on(bob, talk, root).status_code == go_on(bob, talk, inner).status_code == 409


def test_newcomers_see_what_was_said_in_their_time(
    go_on: Any, api: Api, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob], history=History.PROTECTED)
    root, quiet = say(alice, group), say(alice, group)
    go_on(bob, group, root)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    inner = go_on(bob, group, root).json()
    assert [each["id"] for each in thread(api, carol, group, root).json()["results"]] == [inner["id"]]
    assert thread(api, carol, group, quiet).status_code == 404
    assert api(carol).get(f"/api/messages/{root.pk}").status_code == 404
