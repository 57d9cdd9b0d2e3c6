"""GET /api/conversations and /api/conversations/{id}"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation

Api = Callable[[User], APIClient]
URL = "/api/conversations"


@pytest.mark.django_db
def test_newest_activity_first_with_last_message_and_unread(
    api: Api, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    with_carol, _new = actions.open_direct(user=alice, partner=carol)
    say(carol, with_carol, "first")
    say(bob, talk, "second")
    say(bob, talk, "third")
    answer = api(alice).get(URL).json()
    assert [conversation["id"] for conversation in answer["results"]] == [str(talk.pk), str(with_carol.pk)]
    newest = answer["results"][0]
    assert newest["last_message"]["content"] == "third"
    assert (newest["last_seq"], newest["me"]["unread"]) == (2, 2)
    assert "." in answer["cursor"]
    assert [conversation["id"] for conversation in api(carol).get(URL).json()["results"]] == [str(with_carol.pk)]


@pytest.mark.django_db
def test_pages_follow_each_other_without_loss_or_repetition(api: Api, alice: User, people: list[User]) -> None:
    opened = [actions.open_direct(user=alice, partner=person)[0] for person in people]
    seen: list[str] = []
    cursor = None
    while True:
        answer = api(alice).get(URL, {"limit": 4, **({"cursor": cursor} if cursor else {})}).json()
        seen += [conversation["id"] for conversation in answer["results"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == [str(conversation.pk) for conversation in reversed(opened)]


@pytest.fixture
def people(db: None) -> list[User]:
    return [User.objects.create_user(f"person{number}", "a good password") for number in range(10)]


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["nonsense", "é", "AAAA", "MjAyNnx4"])
def test_a_cursor_of_nothing(api: Api, alice: User, cursor: str) -> None:
    assert api(alice).get(URL, {"cursor": cursor}).status_code == 400


@pytest.mark.django_db
def test_a_list_costs_the_same_however_long(
    api: Api, say: Any, alice: User, people: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for person in people:
        say(person, actions.open_direct(user=alice, partner=person)[0])
    client = api(alice)
    with django_assert_num_queries(13):
        assert len(client.get(URL).json()["results"]) == 10


@pytest.mark.django_db
def test_a_crowd_is_cut_at_fifty(api: Api, alice: User) -> None:
    crowd = [User.objects.create_user(f"crowd{number}", None) for number in range(60)]
    group = actions.create_group(creator=alice, title="Crowd", people=crowd)
    answer = api(alice).get(f"{URL}/{group.pk}").json()
    assert len(answer["participants"]) == 50
    assert answer["participant_count"] == 61
