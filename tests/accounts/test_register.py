"""POST /api/auth/register"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Session, User
from tests.accounts.conftest import Login, error
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def register(client: APIClient, **body: Any) -> Any:
    return client.post("/api/auth/register", {"username": "alice", "password": PASSWORD, **body})


def test_alice_signs_up_and_logs_in(anybody: APIClient, login: Login) -> None:
    response = register(anybody, display_name="Alice Moreau")
    assert response.status_code == 201
    alice = User.objects.get()
    assert response.json() == {
        "id": str(alice.pk),
        "username": "alice",
        "display_name": "Alice Moreau",
        "avatar_url": None,
        "status_text": "",
        "status_emoji": "",
        "is_bot": False,
        "last_seen_at": None,
    }
    assert alice.pk.version == 7
    assert (alice.is_staff, alice.is_superuser) == (False, False)
    assert not Session.objects.exists()
    assert login(alice)["access"]


def test_the_display_name_defaults_to_the_user_name(anybody: APIClient) -> None:
    assert register(anybody).json()["display_name"] == "alice"
    assert register(anybody, username="bob", display_name="").json()["display_name"] == "bob"


def test_what_the_server_does_not_know_is_ignored(anybody: APIClient) -> None:
    assert register(anybody, is_staff=True, is_superuser=True, id="1", colour="red").status_code == 201
    alice = User.objects.get()
    assert (alice.is_staff, alice.is_superuser) == (False, False)


@pytest.mark.parametrize("taken", ["bob", "BOB", "\uff22ob", " bob "])  # ... a full-width B
def test_bobs_name_is_taken_however_it_is_written(anybody: APIClient, bob: User, taken: str) -> None:
    assert error(register(anybody, username=taken)) == (400, "unique", "username")


def test_case_beyond_ascii_is_case_as_well(anybody: APIClient) -> None:
    assert register(anybody, username="Ärne").status_code == 201
    assert error(register(anybody, username="äRNE")) == (400, "unique", "username")


def test_a_user_name_is_kept_normalised(anybody: APIClient) -> None:
    assert register(anybody, username="\uff21lice").json()["username"] == "Alice"


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("", "blank"),
        ("   ", "blank"),
        ("a" * 65, "max_length"),
        ("\ufdfa" * 30, "max_length"),  # each of them is 18 characters once normalised
        ("al ice", "invalid"),
        ("alice/..", "invalid"),
        ("..", "invalid"),
        ("<b>alice</b>", "invalid"),
        ("ali\u202ece", "invalid"),
        ("All", "reserved"),
        (7, "invalid"),
        (True, "invalid"),
        (None, "null"),
        (["alice"], "invalid"),
        ({"a": 1}, "invalid"),
    ],
)
def test_user_names_that_are_none(anybody: APIClient, username: object, code: str) -> None:
    response = register(anybody, username=username)
    assert response.status_code == 400
    assert code in [problem["code"] for problem in response.json()["errors"]]
    assert {problem["attr"] for problem in response.json()["errors"]} == {"username"}
    assert not User.objects.exists()


@pytest.mark.parametrize("username", ["a", "a" * 64, "alice.moreau+chat@example-1", "アリス", "Ärne", "me"])
def test_user_names_that_are_fine(anybody: APIClient, username: str) -> None:
    assert register(anybody, username=username).json()["username"] == username


@pytest.mark.parametrize(
    ("display_name", "code"),
    [
        ("x" * 65, "max_length"),
        ("Ali\u202ece", "invalid_characters"),
        ("Ali\u2066ce", "invalid_characters"),
        ("Ali\nce", "invalid_characters"),
        ("Ali\tce", "invalid_characters"),
        ("Ali\u2028ce", "invalid_characters"),
        ("Ali\x7fce", "invalid_characters"),
        ("\u200b\u200d", "blank"),
        ("\u3164", "blank"),
        (7, "invalid"),
        (None, "null"),
        ([], "invalid"),
    ],
)
def test_display_names_that_are_none(anybody: APIClient, display_name: object, code: str) -> None:
    assert error(register(anybody, display_name=display_name)) == (400, code, "display_name")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Alice   Moreau ", "Alice Moreau"),
        ("アリス", "アリス"),
        ("عائشة", "عائشة"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("e\u0301", "é"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # text, and shown as text
    ],
)
def test_display_names_that_are_fine(anybody: APIClient, typed: str, kept: str) -> None:
    assert register(anybody, display_name=typed).json()["display_name"] == kept


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("password1234", "password_too_common"),
        ("alice-the-first"[:5] + "1234", "password_too_similar"),
        ("", "blank"),
        ("x" * 1025, "max_length"),
        (12345678901, "invalid"),
        (None, "null"),
    ],
)
def test_passwords_that_are_not_good_enough(anybody: APIClient, password: object, code: str) -> None:
    response = register(anybody, password=password)
    assert response.status_code == 400
    assert code in [problem["code"] for problem in response.json()["errors"]]
    assert {problem["attr"] for problem in response.json()["errors"]} == {"password"}
    assert not User.objects.exists()


@pytest.mark.parametrize("missing", ["username", "password"])
def test_both_are_needed(anybody: APIClient, missing: str) -> None:
    body = {"username": "alice", "password": PASSWORD}
    del body[missing]
    assert error(anybody.post("/api/auth/register", body)) == (400, "required", missing)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"alice"',
        b"{",
        b'{"username": "ali\\u0000ce", "password": "a fine long password"}',
        b'{"username": "ali\\ud800ce", "password": "a fine long password"}',
        b'{"username": "alice", "password": "a fine long \\u0000 password"}',
        b"\xff\xfe",
    ],
)
def test_bodies_that_are_none(anybody: APIClient, body: bytes) -> None:
    response = anybody.generic("POST", "/api/auth/register", body, "application/json")  # type: ignore[arg-type] # as Django takes it
    assert response.status_code == 400
    assert not User.objects.exists()


def test_a_form_is_the_wrong_media_type(anybody: APIClient) -> None:
    response = anybody.generic("POST", "/api/auth/register", "username=alice", "application/x-www-form-urlencoded")
    assert response.status_code == 415


@pytest.mark.parametrize("signup", ["closed", "invite"])
def test_where_sign_up_is_not_open(anybody: APIClient, settings: Settings, signup: str) -> None:
    settings.SIGNUP = signup
    assert error(register(anybody)) == (403, "signup_closed", None)
    assert not User.objects.exists()


def test_stale_credentials_do_not_stand_in_the_way() -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer of-old")
    assert register(client).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_eight_who_want_one_name_at_once() -> None:
    def sign_up(number: int) -> int:
        try:
            return int(register(APIClient(), username="Alice" if number % 2 else "alice").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(sign_up, range(8))) == [201] + [400] * 7
    assert User.objects.count() == 1
