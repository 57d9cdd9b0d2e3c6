"""POST /api/auth/token"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import jwt
import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import Session, User
from tests.accounts.conftest import Login, bearer, error
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(client: APIClient, **body: Any) -> Any:
    return client.post("/api/auth/token", {"username": "alice", "password": PASSWORD, **body})


def test_alice_logs_in(anybody: APIClient, alice: User) -> None:
    response = log_in(anybody)
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert response["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response
    assert bearer(response.json()["access"]).get("/api/users/me").json()["username"] == "alice"


def test_the_tokens_claims(alice: User, login: Login) -> None:
    pair = login(alice)
    session = Session.objects.get()
    claims = {kind: jwt.decode(token, options={"verify_signature": False}) for kind, token in pair.items()}
    for kind, seconds in (("access", 15 * 60), ("refresh", 30 * 24 * 3600)):
        assert (claims[kind]["user_id"], claims[kind]["sid"]) == (str(alice.pk), str(session.pk))
        assert abs(claims[kind]["exp"] - claims[kind]["iat"] - seconds) <= 1
        assert claims[kind]["token_type"] == kind
    assert claims["refresh"]["jti"] == session.refresh_jti


def test_a_token_made_by_a_process_whose_clock_is_ahead_counts(alice: User, login: Login) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        pair = login(alice)
    assert bearer(pair["access"]).get("/api/users/me").status_code == 200
    answer = APIClient().post("/api/auth/token/refresh", {"refresh": pair["refresh"]})
    assert answer.status_code == 200


def test_the_session_knows_the_device(anybody: APIClient, alice: User) -> None:
    anybody.post(
        "/api/auth/token",
        {"username": "alice", "password": PASSWORD},
        headers={"user-agent": "curl/8.0 " + "x" * 300, "x-forwarded-for": "203.0.113.9"},
        REMOTE_ADDR="198.51.100.7",
    )
    session = Session.objects.get()
    assert (session.kind, session.address) == ("api", "198.51.100.7")
    assert session.user_agent.startswith("curl/8.0")
    assert len(session.user_agent) == 200


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the client's own claim stands first
        ("2001:db8::1", "2001:db8::1"),
        ("nonsense", None),
    ],
)
def test_behind_a_proxy_the_address_is_what_the_proxy_says(
    anybody: APIClient, alice: User, settings: Settings, forwarded: str, address: str | None
) -> None:
    settings.TRUSTED_PROXIES = 1
    anybody.post(
        "/api/auth/token",
        {"username": "alice", "password": PASSWORD},
        headers={"x-forwarded-for": forwarded},
        REMOTE_ADDR="10.0.0.1",
    )
    assert Session.objects.get().address == address


def test_case_does_not_matter_in_the_user_name_but_in_the_password(anybody: APIClient, alice: User) -> None:
    assert log_in(anybody, username="ALICE").status_code == 200
    assert log_in(anybody, password=PASSWORD.upper()).status_code == 401


def test_wrong_password_unknown_name_and_a_deactivated_person_look_alike(
    anybody: APIClient, alice: User, bob: User
) -> None:
    actions.deactivate(user=bob)
    wrong, unknown, out = (
        log_in(anybody, password="wrong"),
        log_in(anybody, username="zoe"),
        log_in(anybody, username="bob"),
    )
    assert error(wrong) == (401, "authentication_failed", None)
    assert wrong.content == unknown.content == out.content
    assert wrong["WWW-Authenticate"] == unknown["WWW-Authenticate"] == "Bearer"
    assert not Session.objects.exists()


@pytest.mark.parametrize("username", ["alice", "zoe"])
def test_the_hasher_runs_whether_there_is_an_account_or_not(anybody: APIClient, alice: User, username: str) -> None:
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
        assert log_in(anybody, username=username, password="wrong").status_code == 401
    assert encode.call_count == 1


@pytest.mark.parametrize("body", [{"username": 7}, {"password": 7}, {"username": None}, {"password": ["a"]}])
def test_wrong_types(anybody: APIClient, alice: User, body: dict[str, Any]) -> None:
    assert log_in(anybody, **body).status_code == 400


def test_a_stale_token_does_not_stand_in_the_way(alice: User) -> None:
    assert log_in(bearer("of-old")).status_code == 200


def test_each_log_in_is_a_session_of_its_own(alice: User, login: Login) -> None:
    assert login(alice)["refresh"] != login(alice)["refresh"]
    assert Session.objects.filter(user=alice).count() == 2


def test_a_log_in_that_a_new_password_overtook_is_refused(anybody: APIClient, alice: User) -> None:
    found_right = User.objects.get()
    actions.set_password(user=alice, password="another fine password")
    with patch("accounts.api.login.auth.authenticate", return_value=found_right):
        assert error(log_in(anybody)) == (401, "authentication_failed", None)
    assert not Session.objects.exists()


def test_log_in_is_noted(anybody: APIClient, alice: User) -> None:
    log_in(anybody)
    alice.refresh_from_db()
    assert alice.last_login is not None
    assert timezone.now() - alice.last_login < timedelta(minutes=1)
