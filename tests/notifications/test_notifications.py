"""GET /api/notifications and what one does with them"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat.models import Conversation
from notifications import actions, reading
from notifications.actions import reading as marking
from notifications.models import Notification, Type, counting
from tests.notifications.conftest import told

pytestmark = pytest.mark.django_db


def fill(person: User, number: int) -> None:
    for each in range(number):
        actions.notify(user_ids=[person.pk], type=Type.BROADCAST, title=f"Number {each}")


def listed(client: Any, **query: Any) -> Any:
    answer = client.get("/api/notifications", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_pages_newest_first(api: Any, bob: User, carol: User) -> None:
    fill(bob, 45)
    fill(carol, 1)
    first = listed(api(bob))
    assert [each["title"] for each in first["results"]] == [f"Number {number}" for number in range(44, 24, -1)]
    assert (first["count"], first["page"], first["pages"], first["unread_count"]) == (45, 1, 3, 45)
    last = listed(api(bob), page=3)
    assert [each["title"] for each in last["results"]] == [f"Number {number}" for number in range(4, -1, -1)]
    assert [len(listed(api(bob), page=page, limit=30)["results"]) for page in (1, 2)] == [30, 15]


def test_beyond_the_end_there_is_nothing(api: Any, bob: User) -> None:
    assert listed(api(bob))["pages"] == 1
    fill(bob, 1)
    for page in (2, 10**9):
        beyond = listed(api(bob), page=page)
        assert (beyond["results"], beyond["count"], beyond["pages"]) == ([], 1, 1)


def test_counting_stops_and_the_pages_go_on(api: Any, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_COUNTED", 4)
    monkeypatch.setattr(reading, "MOST_COUNTED", 4)
    fill(bob, 7)
    first = listed(api(bob), limit=2)
    assert (first["count"], first["pages"], first["unread_count"]) == (4, 2, 4)
    assert [each["title"] for each in listed(api(bob), limit=2, page=4)["results"]] == ["Number 0"]
    assert api(bob).patch("/api/notifications/read-all").json() == {"unread_count": 0}
    assert [listed(api(bob), unread=value)["count"] for value in ("true", "false")] == [0, 4]
    assert told(bob, "created")[-1]["unread_count"] == 4


def test_having_read_very_many_is_told_in_pieces(api: Any, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "IN_AN_EVENT", 2)
    fill(bob, 5)
    api(bob).patch("/api/notifications/read-all")
    pieces = told(bob, "updated")
    assert [len(each["ids"]) for each in pieces] == [2, 2, 1]
    assert {each["unread_count"] for each in pieces} == {0}


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        f"page={10**30}",
        "limit=0",
        "limit=101",
        "limit=x",
        "unread=x",
    ],
)
def test_pages_that_make_no_sense(api: Any, bob: User, query: str) -> None:
    assert api(bob).get(f"/api/notifications?{query}").status_code == 400


def test_only_the_unread(api: Any, bob: User) -> None:
    fill(bob, 3)
    one = listed(api(bob))["results"][0]["id"]
    api(bob).patch(f"/api/notifications/{one}/read")
    assert [listed(api(bob), unread=value)["count"] for value in ("true", "1", "false", "")] == [2, 2, 1, 3]
    assert api(bob).get("/api/notifications/unread-count").json() == {"unread_count": 2}


def test_what_was_fetched_is_delivered(api: Any, bob: User) -> None:
    fill(bob, 3)
    assert [each["is_delivered"] for each in listed(api(bob), limit=2)["results"]] == [True, True]
    assert Notification.objects.filter(is_delivered=False).count() == 1


def test_reading_one(api: Any, bob: User) -> None:
    fill(bob, 2)
    one = listed(api(bob))["results"][0]
    for _ in range(2):
        assert api(bob).patch(f"/api/notifications/{one['id']}/read").json() == {**one, "is_read": True}
    (event,) = told(bob, "updated")
    assert event == {"event": "notification.updated", "ids": [one["id"]], "is_read": True, "unread_count": 1}


def test_reading_all(api: Any, bob: User) -> None:
    fill(bob, 3)
    for _ in range(2):
        assert api(bob).patch("/api/notifications/read-all").json() == {"unread_count": 0}
    (event,) = told(bob, "updated")
    assert (len(event["ids"]), event["is_read"], event["unread_count"]) == (3, True, 0)


def test_reading_all_of_a_conversation(
    api: Any, of: Any, say: Any, alice: User, bob: User, talk: Conversation, group: Conversation
) -> None:
    say(alice, talk)
    say(alice, group)
    of(bob)
    for _ in range(2):
        left = api(bob).patch("/api/notifications/read-all", {"conversation_id": str(talk.pk)}, format="json")
        assert left.json() == {"unread_count": 1}
    read = {each["data"]["conversation_id"]: each["is_read"] for each in of(bob)}
    assert read == {str(talk.pk): True, str(group.pk): False}
    nonsense: list[Any] = ["x", 7, None, []]
    for wrong in nonsense:
        body = {"conversation_id": wrong}
        assert api(bob).patch("/api/notifications/read-all", body, format="json").status_code == 400


def test_deleting_one(api: Any, bob: User) -> None:
    fill(bob, 2)
    one = listed(api(bob))["results"][0]["id"]
    assert [api(bob).delete(f"/api/notifications/{one}").status_code for _ in range(2)] == [204, 404]
    assert listed(api(bob))["count"] == 1
    (event,) = told(bob, "deleted")
    assert event == {"event": "notification.deleted", "ids": [one], "unread_count": 1}


def test_those_of_others_are_not_there(api: Any, bob: User, carol: User) -> None:
    fill(bob, 1)
    theirs, nowhere = listed(api(bob))["results"][0]["id"], uuid4()
    for path, method in (("/read", "patch"), ("", "delete")):
        answers = [getattr(api(carol), method)(f"/api/notifications/{each}{path}") for each in (theirs, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    api(carol).patch("/api/notifications/read-all")
    assert listed(api(bob))["unread_count"] == 1


def test_a_page_costs_the_same_however_long(
    api: Any, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(bob, 30)
    client = api(bob)
    listed(client)
    with django_assert_num_queries(4):
        listed(client)


def test_broadcasts_for_those_who_want_them(api: Any, bob: User, carol: User) -> None:
    off = {"levels": {"broadcast": {"in_app": False}}}
    assert api(carol).put("/api/notifications/preferences", off, format="json").status_code == 200
    actions.notify(user_ids=[bob.pk, carol.pk], type=Type.BROADCAST, title="Maintenance", text="at six")
    assert [listed(api(person))["count"] for person in (bob, carol)] == [1, 0]
    assert told(bob, "created")[0]["unread_count"] == 1


def test_old_ones_are_forgotten(api: Any, bob: User) -> None:
    fill(bob, 3)
    read, unread, _new = Notification.objects.order_by("created_at")
    Notification.objects.filter(pk__in=[read.pk, unread.pk]).update(updated_at="2026-01-01T00:00:00Z")
    api(bob).patch(f"/api/notifications/{read.pk}/read")
    actions.tidy_notifications()
    assert not Notification.objects.filter(pk=read.pk).exists()
    assert listed(api(bob))["count"] == 2
