"""Who may ask: bearer tokens and cookies."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from uuid import uuid4

import jwt
import orjson
import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts import actions, tokens
from accounts.authentication import session_of_access_token
from accounts.models import Session, User, sessions_ended_since
from tests.accounts.conftest import Browser, Login, bearer, error

pytestmark = pytest.mark.django_db

ME = "/api/users/me"


def test_without_credentials(anybody: APIClient) -> None:
    response = anybody.get(ME)
    assert error(response) == (401, "not_authenticated", None)
    assert response["WWW-Authenticate"] == "Bearer"


def forged(alice: User, session: Session, **changes: object) -> dict[str, str]:
    """Tokens that look right and are not ours."""
    claims = {
        "token_type": "access",
        "exp": 4_000_000_000,
        "iat": 1,
        "jti": "1",
        "user_id": str(alice.pk),
        "sid": str(session.pk),
    }
    head = base64.urlsafe_b64encode(orjson.dumps({"alg": "none", "typ": "JWT"})).rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(orjson.dumps(claims)).rstrip(b"=").decode()
    return {
        "no signature": f"{head}.{body}.",
        "the other key": jwt.encode(claims, settings.SECRET_KEY.ljust(32), "HS256"),
        "another key": jwt.encode(claims, secrets.token_hex(32), "HS256"),
        "another algorithm": jwt.encode(claims, str(settings.SIMPLE_JWT["SIGNING_KEY"]), "HS384"),
        "a refresh token": tokens.refresh_for(session),
        "garbage": "garbage",
        "three parts": "a.b.c",
        "two words": "a b",
        "nothing": "",
        "not ASCII": "\xff\xfe",
        "long": "x" * 5000,
    }


def test_tokens_that_are_none(alice: User, login: Login) -> None:
    login(alice)
    for what, token in forged(alice, Session.objects.get()).items():
        response = bearer(token).get(ME)
        assert error(response) == (401, "token_not_valid", None), what
        assert response["WWW-Authenticate"] == "Bearer"


def test_tokens_of_ours_that_lead_nowhere(alice: User, bob: User, login: Login) -> None:
    login(alice)
    session = Session.objects.get()
    for sid, user_id in ((uuid4(), alice.pk), (session.pk, bob.pk), ("x", alice.pk), (session.pk, 7), (None, None)):
        token = AccessToken()
        token["sid"], token["user_id"] = str(sid) if sid else sid, str(user_id) if user_id else user_id
        assert bearer(str(token)).get(ME).status_code == 401
    assert bearer(str(AccessToken())).get(ME).status_code == 401


def test_the_scheme_is_written_as_one_likes(alice: User, login: Login) -> None:
    token = login(alice)["access"]
    for header, status in ((f"bearer {token}", 200), (f"BEARER  {token} ", 200), (f"Token {token}", 401), (token, 401)):
        assert APIClient(HTTP_AUTHORIZATION=header).get(ME).status_code == status


def test_an_access_token_lasts_fifteen_minutes(alice: User, login: Login) -> None:
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        client = bearer(login(alice)["access"])
        clock.shift(15 * 60 - 1)
        assert client.get(ME).status_code == 200
        clock.shift(1)
        assert client.get(ME).status_code == 401


def test_one_query_for_a_token_two_for_a_cookie(
    alice: User, login: Login, browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = bearer(login(alice)["access"])
    with django_assert_num_queries(1 + 1):  # and one for whom they have blocked
        client.get(ME)
    browser.log_in(alice)
    with django_assert_num_queries(2 + 1):
        browser.get(ME)


def test_a_deleted_person(alice: User, login: Login) -> None:
    client = bearer(login(alice)["access"])
    alice.delete()
    assert client.get(ME).status_code == 401


def test_deactivated_past_the_actions(alice: User, login: Login, browser: Browser) -> None:
    client = bearer(login(alice)["access"])
    browser.log_in(alice)
    User.objects.update(is_active=False)
    assert client.get(ME).status_code == 401
    assert not browser.is_logged_in


def test_writes_with_a_cookie_need_the_csrf_token(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    assert error(browser.call("PATCH", ME, {"status_text": "in"}, csrf=False)) == (403, "csrf_failed", None)
    assert browser.call("PATCH", ME, {"status_text": "in"}).status_code == 200
    assert browser.get(ME).json()["status_text"] == "in"


def test_a_token_wins_over_a_cookie_and_needs_no_csrf_token(
    alice: User, bob: User, browser: Browser, login: Login
) -> None:
    browser.log_in(alice)
    token = login(bob)["access"]
    response = browser.client.patch(
        ME, {"status_text": "in"}, "application/json", headers={"authorization": f"Bearer {token}"}
    )
    assert response.json()["username"] == "bob"


def test_a_wrong_token_is_not_saved_by_a_cookie(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    assert browser.client.get(ME, headers={"authorization": "Bearer garbage"}).status_code == 401


def test_use_is_noted_once_a_minute(
    alice: User, login: Login, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = bearer(login(alice)["access"])
        began = Session.objects.get().last_seen_at
        clock.shift(59)
        with django_assert_num_queries(1 + 1):
            client.get(ME)
        assert Session.objects.get().last_seen_at == began
        clock.shift(2)
        with django_assert_num_queries(2 + 1):
            client.get(ME)
        assert Session.objects.get().last_seen_at == began + timedelta(seconds=61)


def test_a_cookie_without_a_row_lets_nobody_in(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    Session.objects.all().delete()
    assert not browser.is_logged_in
    assert browser.get("/people")["Location"] == "/login?next=/people"
    assert "sessionid" not in {name for name, cookie in browser.client.cookies.items() if cookie.value}


def test_a_cookie_whose_row_ended_lets_nobody_in(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    Session.objects.update(ended_at=timezone.now())
    assert not browser.is_logged_in
    assert browser.get("/people").status_code == 302


def test_a_password_changed_past_the_actions_ends_browsers(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    alice.set_password("another fine password")
    alice.save()
    assert not browser.is_logged_in
    assert browser.get("/people").status_code == 302


def test_tokens_tell_when_they_expire(alice: User, login: Login) -> None:
    token = login(alice)["access"]
    session = session_of_access_token(token)
    assert session is not None
    assert session.token_expires_at is not None
    in_minutes = (session.token_expires_at - timezone.now()).total_seconds() / 60
    assert 14 < in_minutes <= 15


def test_a_browser_in_use_stays_logged_in(alice: User, browser: Browser) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser.log_in(alice)
        for _ in range(3):
            clock.shift(timedelta(days=20))
            assert browser.get("/people").status_code == 200
        clock.shift(timedelta(days=31))
        assert browser.get("/people").status_code == 302


def test_sessions_ended_since(alice: User, bob: User, login: Login) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for user in (alice, alice, bob):
            login(user)
        first, second, of_bob = Session.objects.order_by("id")
        actions.end_session(session=first, reason=Session.EndReason.LOGOUT)
        clock.shift(60)
        assert sessions_ended_since(timezone.now()) == {}
        assert sessions_ended_since(timezone.now() - timedelta(seconds=60)) == {str(first.pk): "logout"}
        User.objects.filter(pk=bob.pk).update(is_active=False)  # past the actions
        assert sessions_ended_since(timezone.now()) == {str(of_bob.pk): "banned"}
        actions.deactivate(user=alice)
        assert sessions_ended_since(timezone.now()) == {str(second.pk): "banned", str(of_bob.pk): "banned"}
