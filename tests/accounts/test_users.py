"""GET /api/users and /api/users/{id}"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import User
from tests.accounts.conftest import error
from tests.conftest import Api

pytestmark = pytest.mark.django_db

USERS = "/api/users"


def found(client: Any, **query: Any) -> list[str]:
    response = client.get(USERS, query)
    assert response.status_code == 200, response.content
    return [user["username"] for user in response.json()["results"]]


def test_everybody_by_display_name(alice: User, bob: User, carol: User, api: Api) -> None:
    User.objects.create_user("zora", display_name="abel")
    response = api(alice).get(USERS).json()
    assert [user["display_name"] for user in response["results"]] == [
        "abel",
        "Alice Moreau",
        "Bob Lindqvist",
        "Carol Weiss",
    ]
    assert response["next"] is None
    assert set(response["results"][0]) == {
        "id",
        "username",
        "display_name",
        "avatar_url",
        "status_text",
        "status_emoji",
        "is_bot",
        "last_seen_at",
    }


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("ALI", ["alice"]),
        ("moreau", ["alice"]),
        ("e M", ["alice"]),
        ("li", ["alice", "bob"]),
        ("bob", ["bob"]),
        (" bob ", ["bob"]),
        ("", ["alice", "bob", "carol"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("nobody", []),
        ("moreau alice", []),
    ],
)
def test_search(alice: User, bob: User, carol: User, api: Api, search: str, expected: list[str]) -> None:
    assert found(api(alice), search=search) == expected


def test_search_in_any_script_and_case(alice: User, api: Api) -> None:
    User.objects.create_user("aerne", display_name="ÄRNE Øst")
    User.objects.create_user("yuki", display_name="日本 ゆき")
    User.objects.create_user("georgios", display_name="Γιώργος")
    for search, username in (
        ("ärne", "aerne"),
        ("øST", "aerne"),
        ("本", "yuki"),
        ("ΓΙΏΡΓΟΣ", "georgios"),
        ("\uff39uki", "yuki"),
    ):
        assert found(api(alice), search=search) == [username], search


def test_who_was_deactivated_is_not_listed_but_can_be_looked_up(alice: User, bob: User, api: Api) -> None:
    actions.deactivate(user=bob)
    assert found(api(alice)) == ["alice"]
    assert api(alice).get(f"{USERS}/{bob.pk}").json()["username"] == "bob"


def test_page_by_page_while_people_come_and_go(alice: User, api: Api) -> None:
    User.objects.bulk_create(User(username=f"u{number:02}", display_name="Same Name") for number in range(10))
    client = api(alice)
    first = client.get(USERS, {"limit": 4}).json()
    User.objects.create_user("aaron", display_name="Aaron")  # before the cursor: not seen, moves nobody
    User.objects.get(username="u02").delete()  # the row that the cursor stands on
    second = client.get(USERS, {"limit": 4, "cursor": first["next"]}).json()
    third = client.get(USERS, {"limit": 4, "cursor": second["next"]}).json()
    names = [user["username"] for page in (first, second, third) for user in page["results"]]
    assert names == ["alice", *(f"u{number:02}" for number in range(10))]
    assert third["next"] is None


def test_search_and_cursor_together(alice: User, api: Api) -> None:
    for number in range(3):
        User.objects.create_user(f"bot-{number}", is_bot=True)
    page = api(alice).get(USERS, {"search": "bot", "limit": "2"}).json()
    rest = api(alice).get(USERS, {"search": "bot", "limit": "2", "cursor": page["next"]}).json()
    assert [user["username"] for user in page["results"] + rest["results"]] == ["bot-0", "bot-1", "bot-2"]
    assert all(user["is_bot"] for user in rest["results"])


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "a"}, "cursor"),
        ({"cursor": "AAAA"}, "cursor"),  # NUL
        ({"cursor": "_w"}, "cursor"),  # not UTF-8
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "x" * 10_000}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "9" * 2000}, "limit"),
        ({"search": "\0"}, "search"),
        ({"search": "x" * 201}, "search"),
    ],
)
def test_queries_that_are_none(alice: User, api: Api, query: dict[str, str], attr: str) -> None:
    response = api(alice).get(USERS, query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == attr


def test_two_queries_however_many(alice: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    User.objects.bulk_create(User(username=f"u{number}") for number in range(150))
    client = api(alice)
    with django_assert_num_queries(2):
        assert len(found(client, limit=200)) == 151


def test_somebody(alice: User, bob: User, api: Api) -> None:
    body = api(alice).get(f"{USERS}/{bob.pk}").json()
    assert (body["id"], body["display_name"]) == (str(bob.pk), "Bob Lindqvist")
    assert api(alice).get(f"{USERS}/{str(bob.pk).upper()}").status_code == 200


def test_nobody_of_that_id(alice: User, bob: User, api: Api) -> None:
    client = api(alice)
    for name in (uuid4(), "x", "0", "%00", "bob", bob.pk.hex, f"{{{bob.pk}}}", f"urn:uuid:{bob.pk}", "%ff", "x" * 500):
        assert error(client.get(f"{USERS}/{name}")) == (404, "not_found", None), name


def test_nobody_asks(anybody: APIClient, alice: User) -> None:
    for path in (USERS, f"{USERS}/{alice.pk}", f"{USERS}/x", f"{USERS}/{uuid4()}"):
        assert error(anybody.get(path)) == (401, "not_authenticated", None)
