"""/people and /people/<username>"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts import actions
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(alice: User) -> Client:
    """The browser of Alice, who is logged in."""
    client = Client()
    client.force_login(alice)
    return client


def test_everybody(page: Client, alice: User, bob: User, carol: User) -> None:
    actions.deactivate(user=carol)
    response = page.get("/people")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert [person["username"] for person in response.context["people"]] == ["alice", "bob"]
    assert response.context["state"]["me"]["id"] == str(alice.pk)
    text = response.content.decode()
    assert "Bob Lindqvist" in text
    assert "Carol" not in text
    assert "csrftoken" in response.cookies


def test_search(page: Client, bob: User) -> None:
    response = page.get("/people", {"search": "LIND"})
    assert [person["username"] for person in response.context["people"]] == ["bob"]
    assert response.context["search"] == "LIND"
    for search in ("\0", "x" * 5000, "%", "' OR 1=1 --"):
        assert page.get("/people", {"search": search}).status_code == 200


def test_five_thousand_people(page: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with CaptureQueriesContext(connection) as queries:
        page.get("/people")
    User.objects.bulk_create(User(username=f"u{number:04}") for number in range(5000))
    with django_assert_num_queries(len(queries)):
        response = page.get("/people")
    assert len(response.context["people"]) == 200
    assert response.context["has_more"] is True
    assert len(response.content) < 500_000


def test_names_are_text(page: Client) -> None:
    User.objects.create_user("mallory", display_name="<script>alert(1)</script>")
    for path in ("/people", "/people/mallory"):
        text = page.get(path).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_one_person(page: Client, bob: User) -> None:
    for path in ("/people/bob", "/people/BOB"):
        response = page.get(path)
        assert response.status_code == 200
        assert response.context["person"]["id"] == str(bob.pk)
        assert response.context["state"]["me"]["username"] == "alice"
    assert "Bob Lindqvist" in response.content.decode()


@pytest.mark.parametrize("name", ["zoe", "%00", "%ff", "a%00b", "x" * 500, "%2e%2e"])
def test_nobody_of_that_name(page: Client, name: str) -> None:
    assert page.get(f"/people/{name}").status_code == 404


def test_names_with_everything_a_name_may_have(page: Client) -> None:
    for username in ("a.b+c@d-e_f", "アリス", "Ärne"):
        User.objects.create_user(username)
        assert page.get("/people").status_code == 200
        assert page.get(f"/people/{username}").context["person"]["username"] == username


def test_nobody_asks(bob: User, client: Client) -> None:
    for path in ("/people", "/people/bob", "/people/zoe"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/login?next={path}")
