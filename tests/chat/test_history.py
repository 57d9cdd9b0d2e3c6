"""GET /api/conversations/{id}/messages, and single messages"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat.models import Conversation, Participant
from realtime.models import Head

Api = Callable[[User], APIClient]


@pytest.fixture
def page(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> Callable[..., dict[str, Any]]:
    """Ten messages, and a function that gets a part of them as Bob."""
    for number in range(1, 11):
        say(alice, talk, str(number))

    def get(**query: Any) -> dict[str, Any]:
        response = api(bob).get(f"/api/conversations/{talk.pk}/messages", query)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    return get


def seqs(page: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in page["results"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected", "more_before", "more_after"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], False, False),
        ({"limit": 3}, [8, 9, 10], True, False),
        ({"limit": 3, "before": 8}, [5, 6, 7], True, True),
        ({"limit": 3, "before": 3}, [1, 2], False, True),
        ({"limit": 3, "before": 1}, [], False, True),
        ({"limit": 3, "after": 5}, [6, 7, 8], True, True),
        ({"limit": 3, "after": 8}, [9, 10], True, False),
        ({"limit": 3, "after": 10}, [], True, False),
        ({"limit": 3, "after": 0}, [1, 2, 3], False, True),
        ({"limit": 5, "around": 5}, [3, 4, 5, 6, 7], True, True),
        ({"limit": 5, "around": 1}, [1, 2, 3, 4, 5], False, True),
        ({"limit": 5, "around": 10}, [8, 9, 10], True, False),
    ],
)
def test_parts_of_the_history(
    page: Any, query: dict[str, int], expected: list[int], more_before: bool, more_after: bool
) -> None:
    answer = page(**query)
    assert seqs(answer) == expected
    assert (answer["has_more_before"], answer["has_more_after"]) == (more_before, more_after)


@pytest.mark.django_db
def test_the_cursor_is_that_of_the_log(page: Any) -> None:
    epoch, _dot, pos = page()["cursor"].partition(".")
    assert epoch
    assert int(pos) == Head.objects.get(pk=1).pos


@pytest.mark.django_db
def test_nothing_said_yet(api: Api, bob: User, talk: Conversation) -> None:
    answer = api(bob).get(f"/api/conversations/{talk.pk}/messages").json()
    assert answer["results"] == []
    assert not answer["has_more_before"]
    assert not answer["has_more_after"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"limit": "many"}, {"before": -1}, {"after": "x"}, {"before": 1, "after": 2}],
)
def test_queries_that_make_no_sense(api: Api, bob: User, talk: Conversation, query: dict[str, Any]) -> None:
    assert api(bob).get(f"/api/conversations/{talk.pk}/messages", query).status_code == 400


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(
    api: Api, say: Any, alice: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    for path in (f"conversations/{talk.pk}", f"conversations/{talk.pk}/messages", f"messages/{message.pk}"):
        outside = api(carol).get(f"/api/{path}")
        nowhere = api(carol).get(
            f"/api/{path}".replace(str(talk.pk), str(uuid4())).replace(str(message.pk), str(uuid4()))
        )
        assert outside.status_code == nowhere.status_code == 404
        assert outside.content == nowhere.content
    assert api(carol).get("/api/conversations/nonsense").status_code == 404


@pytest.mark.django_db
def test_what_came_before_ones_time_is_not_shown(page: Any, api: Api, bob: User, talk: Conversation) -> None:
    Participant.objects.filter(user=bob).update(first_seq=9)
    assert seqs(page()) == [9, 10]
    assert not page()["has_more_before"]
    assert seqs(page(around=2)) == [9, 10]


@pytest.mark.django_db
def test_the_sender_sees_how_far_the_others_are(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    read, unread = say(alice, talk), say(alice, talk)
    api(bob).put(f"/api/conversations/{talk.pk}/read-marker", {"seq": read.seq}, format="json")
    mine = api(alice).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    theirs = api(bob).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    assert [message["status"] for message in mine] == ["read", "sent"]
    assert not any("status" in message for message in theirs)
    assert api(alice).get(f"/api/messages/{read.pk}").json()["status"] == "read"
    assert api(alice).get(f"/api/messages/{unread.pk}").json()["status"] == "sent"


@pytest.mark.django_db
def test_a_page_costs_the_same_however_long(
    api: Api, say: Any, alice: User, bob: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(bob)
    for _ in range(30):
        say(alice, talk)
    with django_assert_num_queries(9):
        client.get(f"/api/conversations/{talk.pk}/messages")
