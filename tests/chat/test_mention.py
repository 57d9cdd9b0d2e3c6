"""Mentions: who is named in a message, and what that counts"""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import actions
from chat.models import Conversation, History, Mention, Role
from realtime.models import Event
from tests.conftest import PASSWORD, Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(alice: User, bob: User, carol: User) -> Conversation:
    """Alice's, with Bob, Carol and people of peculiar names."""
    named = ["bobby", "bob.smith", "Straße", "小明", "小明明", "민수", "éric", "ann@example.com"]
    others = [User.objects.create_user(name, PASSWORD) for name in named]
    return actions.create_group(creator=alice, title="River Team", people=[bob, carol, *others])


def named(say: Any, sender: User, conversation: Conversation, content: str) -> list[str]:
    message = say(sender, conversation, content)
    names = {str(user.pk): user.username for user in User.objects.all()}
    return [names[user_id] for user_id in message.mentions]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("@bob", ["bob"]),
        ("hi @Bob, @CAROL!", ["bob", "carol"]),
        ("@carol @bob @carol", ["carol", "bob"]),
        ("(@bob) **@carol**", ["bob", "carol"]),
        ("@bob's and @bob.", ["bob"]),
        ("@bobby @bob.smith", ["bobby", "bob.smith"]),
        ("@bob.jones", ["bob"]),
        ("@bobcat @bob_", []),
        ("@STRASSE und @straße", ["Straße"]),
        ("你好@小明你好", ["小明"]),
        ("@小明明你好", ["小明明"]),
        ("@민수는", ["민수"]),
        ("@e\u0301ric", ["éric"]),
        ("write to @ann@example.com", ["ann@example.com"]),
        ("bob@bob bob@example.com x+@bob", []),
        ("@bob@example.org", []),
        ("https://example.org/@bob www.example.org/@bob mailto:@bob", []),
        ("`@bob` and ``a ` @bob``", []),
        ("```\n@bob\n```\n@carol", ["carol"]),
        ("~~~\n@bob\n~~~", []),
        ("`@bob", ["bob"]),
        ("\\@bob", []),
        ("@ bob @", []),
        ("@nobody @admin", []),
        ("@alice", ["alice"]),
        ("\u200f@bob\u200f שלום", ["bob"]),
    ],
)
def test_who_is_named(
    say: Any, alice: User, admin: User, group: Conversation, content: str, expected: list[str]
) -> None:
    assert named(say, alice, group, content) == expected


@pytest.mark.parametrize(
    "content",
    ["@" * 10_000, "@a" * 5000, "`" * 10_000, "~~~" * 3300 + "@a", "` `` " * 2000 + "@a", "@小" * 5000, "a://" * 2500],
)
def test_long_nonsense_costs_little(say: Any, alice: User, group: Conversation, content: str) -> None:
    started = time.thread_time()
    assert named(say, alice, group, content[:10_000]) == []
    assert time.thread_time() - started < 3  # linear: half a second on a slow machine; quadratic: minutes


def test_everybody_is_for_moderators_and_admins_of_groups(
    say: Any, alice: User, bob: User, group: Conversation, talk: Conversation
) -> None:
    assert not say(bob, group, "@all").mentions_all
    assert say(alice, group, "@ALL: come").mentions_all
    assert not say(alice, talk, "@all").mentions_all
    assert not say(alice, group, "`@all` @allan").mentions_all
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    assert say(bob, group, "@all").mentions_all


def test_the_json_says_whom(send: Any, alice: User, bob: User, group: Conversation) -> None:
    shown = send(alice, group, "@bob @all").json()
    assert (shown["mentions"], shown["mentions_all"]) == ([str(bob.pk)], True)
    told = orjson.loads(Event.objects.get(type="message.created").payload)["message"]
    assert (told["mentions"], told["mentions_all"]) == ([str(bob.pk)], True)


def mentions(api: Api, user: User, conversation: Conversation) -> int:
    listed = api(user).get("/api/conversations").json()["results"]
    one = api(user).get(f"/api/conversations/{conversation.pk}").json()
    (shown,) = [each["me"]["mentions"] for each in listed if each["id"] == str(conversation.pk)]
    assert shown == one["me"]["mentions"]
    return int(shown)


def test_unread_mentions_are_counted(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation, talk: Conversation
) -> None:
    say(alice, group, "@bob")
    say(alice, group, "@bob and @all")
    say(bob, group, "@bob @carol")
    say(alice, talk, "@bob")
    assert [mentions(api, person, group) for person in (alice, bob, carol)] == [0, 2, 2]
    assert mentions(api, bob, talk) == 1
    actions.mark_read(user=bob, conversation_id=group.pk, seq=1)
    assert mentions(api, bob, group) == 1
    told = [orjson.loads(event.payload) for event in Event.objects.filter(type="unread.updated")]
    assert [event["mentions"] for event in told] == [1]
    actions.mark_unread_from(user=bob, conversation_id=group.pk, seq=1)
    assert mentions(api, bob, group) == 2


def test_what_was_said_before_ones_time_does_not_count(api: Api, say: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="Other", people=[carol], history=History.PROTECTED)
    say(alice, group, "@all")
    actions.add_participants(user=alice, conversation_id=group.pk, people=[bob])
    assert mentions(api, bob, group) == 0
    actions.mark_unread_from(user=bob, conversation_id=group.pk, seq=1)
    assert mentions(api, bob, group) == 0


def test_an_edit_counts_for_those_newly_named_and_no_more_for_the_others(
    api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    message = say(alice, group, "@carol")
    actions.edit_message(user=alice, message_id=message.pk, content="@bob")
    assert [mentions(api, person, group) for person in (bob, carol)] == [1, 0]
    told = Event.objects.filter(type="unread.updated")
    assert set(told.values_list("topic", flat=True)) == {f"user:{bob.pk}", f"user:{carol.pk}"}
    actions.edit_message(user=alice, message_id=message.pk, content="@bob!")
    assert told.count() == 2
    actions.mark_read(user=bob, conversation_id=group.pk, seq=1)
    before = told.count()
    actions.edit_message(user=alice, message_id=message.pk, content="@bob and @carol")
    assert told.count() == before + 1
    actions.edit_message(user=alice, message_id=message.pk, content="@all")
    assert [mentions(api, person, group) for person in (alice, bob, carol)] == [0, 0, 1]


def test_a_blocked_person_mentions_nobody(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    actions.block(user=bob, target=alice)
    say(alice, group, "@bob @all")
    assert mentions(api, bob, group) == 0


def test_a_deleted_message_counts_no_more(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    message = say(alice, group, "@bob @all")
    assert Mention.objects.count() == 2
    actions.delete_message(user=alice, message_id=message.pk)
    assert mentions(api, bob, group) == 0


def test_a_text_without_an_at_sign_costs_nothing_more(
    say: Any, alice: User, group: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as plain:
        say(alice, group, "hello")
    with django_assert_num_queries(len(plain)):
        say(alice, group, "`@bob` a@example.org")
    with django_assert_num_queries(len(plain) + 1):
        say(alice, group, "@nobody")
    with django_assert_num_queries(len(plain) + 2):
        say(alice, group, "@bob @carol @all")
