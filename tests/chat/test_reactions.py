"""POST /api/messages/{id}/reactions, DELETE /api/messages/{id}/reactions/{emoji}"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from emoji import EMOJI_DATA
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import MAX_KINDS, Conversation, History, Message, Participant, Reaction, one_emoji
from realtime.models import Event
from realtime.sequencer import look
from tests.chat.client import events_for

Api = Callable[[User], APIClient]
HEART = "\u2764\ufe0f"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
KEYCAP = "#\ufe0f\u20e3"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.fixture
def message(say: Any, alice: User, talk: Conversation) -> Message:
    """What Alice said to Bob."""
    said: Message = say(alice, talk)
    return said


def put(client: APIClient, message: Message, emoji: Any) -> Any:
    return client.post(f"/api/messages/{message.pk}/reactions", {"emoji": emoji}, format="json")


def take_back(client: APIClient, message: Message, emoji: str) -> Any:
    return client.delete(f"/api/messages/{message.pk}/reactions/{quote(emoji, safe='')}")


def reactions(client: APIClient, message: Message) -> list[Any]:
    return [(each["emoji"], each["user_ids"]) for each in client.get(f"/api/messages/{message.pk}").json()["reactions"]]


def told() -> list[tuple[str, str]]:
    events = Event.objects.filter(type__startswith="reaction.").order_by("id")
    return [(event.type, orjson.loads(event.payload)["emoji"]) for event in events]


@pytest.mark.django_db
def test_reacting_and_taking_it_back(api: Api, alice: User, bob: User, message: Message) -> None:
    mine, theirs = api(bob), api(alice)
    first, again = put(mine, message, "👍"), put(mine, message, "👍")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == str(message.pk)
    assert first.json()["reactions"] == [{"emoji": "👍", "count": 1, "user_ids": [str(bob.pk)]}]
    assert again.json()["reactions"] == first.json()["reactions"]
    assert reactions(theirs, message) == [("👍", [str(bob.pk)])]
    event = Event.objects.get(type="reaction.added")
    assert event.topic == f"conversation:{message.conversation_id}"
    assert orjson.loads(event.payload) == {
        "conversation_id": str(message.conversation_id),
        "message_id": str(message.pk),
        "emoji": "👍",
        "user_id": str(bob.pk),
    }
    assert [take_back(mine, message, "👍").status_code for _ in range(2)] == [204, 204]
    assert reactions(theirs, message) == []
    assert told() == [("reaction.added", "👍"), ("reaction.removed", "👍")]


@pytest.mark.django_db
def test_only_ones_own_is_taken_back(api: Api, alice: User, bob: User, message: Message) -> None:
    put(api(bob), message, "👍")
    assert take_back(api(alice), message, "👍").status_code == 204
    assert reactions(api(alice), message) == [("👍", [str(bob.pk)])]
    assert told() == [("reaction.added", "👍")]


@pytest.mark.django_db
def test_kinds_stand_in_order_of_first_use(api: Api, alice: User, bob: User, message: Message) -> None:
    a, b = str(alice.pk), str(bob.pk)
    put(api(bob), message, "👍")
    put(api(alice), message, "🎉")
    put(api(alice), message, "👍")
    assert reactions(api(bob), message) == [("👍", [b, a]), ("🎉", [a])]
    take_back(api(bob), message, "👍")
    assert reactions(api(bob), message) == [("👍", [a]), ("🎉", [a])]
    take_back(api(alice), message, "👍")
    put(api(bob), message, "👍")
    assert reactions(api(bob), message) == [("🎉", [a]), ("👍", [b])]


@pytest.mark.django_db
@pytest.mark.parametrize("emoji", ["👍", "👍🏽", FAMILY, KEYCAP, SCOTLAND, "🇩🇪", HEART, "🏳️‍🌈", "*️⃣", "©️"])
def test_emoji_of_every_make(api: Api, bob: User, message: Message, emoji: str) -> None:
    assert put(api(bob), message, emoji).status_code == 201
    assert reactions(api(bob), message) == [(emoji, [str(bob.pk)])]
    assert take_back(api(bob), message, emoji).status_code == 204
    assert reactions(api(bob), message) == []


@pytest.mark.django_db
def test_all_spellings_are_one(api: Api, alice: User, bob: User, message: Message) -> None:
    assert put(api(bob), message, "\u2764").status_code == 201
    assert put(api(bob), message, HEART).status_code == 200
    assert put(api(alice), message, "\u2764\ufe0e").status_code == 201
    assert reactions(api(bob), message) == [(HEART, [str(bob.pk), str(alice.pk)])]
    take_back(api(bob), message, "\u2764")
    assert reactions(api(bob), message) == [(HEART, [str(alice.pk)])]
    assert told() == [("reaction.added", HEART)] * 2 + [("reaction.removed", HEART)]


NONE = ["", " ", "a", "+1", ":thumbsup:", "👍👍", "👍🎉", "\U0001f3fd", "\U0001f1e9", "\u200d", "\ufe0f", "👍\0"]


@pytest.mark.django_db
@pytest.mark.parametrize("emoji", [*NONE, None, 7, [], "👍" * 100])
def test_what_is_not_one_emoji(api: Api, bob: User, message: Message, emoji: Any) -> None:
    assert put(api(bob), message, emoji).status_code == 400
    assert not Reaction.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("emoji", ["a", "👍👍", "%FF", "\U0001f3fd", "👍\0"])
def test_taking_back_what_is_not_one_emoji(api: Api, bob: User, message: Message, emoji: str) -> None:
    assert take_back(api(bob), message, emoji).status_code == 400
    assert api(bob).delete(f"/api/messages/{message.pk}/reactions/%FF%FE").status_code == 400


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(api: Api, carol: User, message: Message) -> None:
    nowhere = Message(pk=uuid4())
    for act in (put, take_back):
        outside, missing = act(api(carol), message, "👍"), act(api(carol), nowhere, "👍")
        assert outside.status_code == missing.status_code == 404
        assert outside.content == missing.content
    assert not Reaction.objects.exists()


@pytest.mark.django_db
def test_nobody_reacts_to_what_was_deleted_or_what_nobody_said(
    api: Api, alice: User, bob: User, carol: User, message: Message
) -> None:
    Message.objects.update(deleted_at=timezone.now())
    deleted = put(api(bob), message, "👍")
    assert (deleted.status_code, deleted.json()["errors"][0]["code"]) == (409, "message_deleted")
    assert take_back(api(bob), message, "👍").status_code == 204
    group = actions.create_group(creator=alice, title="Group", people=[bob])
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    system = put(api(bob), group.messages.get(), "👍")
    assert (system.status_code, system.json()["errors"][0]["code"]) == (409, "system_message")


@pytest.mark.django_db
def test_at_most_fifty_kinds(api: Api, alice: User, bob: User, message: Message) -> None:
    full = list(dict.fromkeys(one_emoji(text) for text, about in EMOJI_DATA.items() if about["status"] == 2))
    for emoji in full[:MAX_KINDS]:
        actions.add_reaction(user=bob, message_id=message.pk, emoji=emoji)
    refused = put(api(bob), message, full[MAX_KINDS])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "too_many_reactions")
    assert put(api(alice), message, full[0]).status_code == 201
    assert [emoji for emoji, _ids in reactions(api(bob), message)] == full[:MAX_KINDS]


@pytest.mark.django_db
def test_who_may_not_see_the_message_hears_nothing_of_it(
    api: Api, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="Past", people=[bob], history=History.PROTECTED)
    before = say(alice, group, "before")
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    after = say(alice, group, "after")
    assert put(api(carol), before, "👍").status_code == 404
    for message in (before, after):
        assert put(api(bob), message, "👍").status_code == 201
    look()
    heard = [data["message_id"] for kind, data in events_for(carol, "x.0") if kind == "reaction.added"]
    assert heard == [str(after.pk)]


@pytest.mark.django_db
def test_who_left_cannot_react(api: Api, bob: User, message: Message) -> None:
    Participant.objects.filter(user=bob).update(left_at=timezone.now())
    assert put(api(bob), message, "👍").status_code == 404


@pytest.mark.django_db
def test_whoever_is_blocked_cannot_react(api: Api, alice: User, bob: User, message: Message) -> None:
    put(api(bob), message, "👍")
    actions.block(user=alice, target=bob)
    refused = put(api(bob), message, "🎉")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "blocked")
    assert take_back(api(bob), message, "👍").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one(api: Api, bob: User, message: Message) -> None:
    def react(_number: int) -> int:
        try:
            return int(put(api(bob), message, "👍").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(react, range(8))) == [200] * 7 + [201]
    assert told() == [("reaction.added", "👍")]


@pytest.mark.django_db
def test_reading_costs_the_same_however_many_react(
    api: Api,
    say: Any,
    alice: User,
    bob: User,
    talk: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = api(bob)
    for number in range(10):
        message = say(alice, talk)
        for emoji in "👍🎉🚀"[:number]:
            actions.add_reaction(user=bob, message_id=message.pk, emoji=emoji)
    with django_assert_num_queries(9):
        page = client.get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    assert [len(each["reactions"]) for each in page] == [0, 1, 2, *[3] * 7]
