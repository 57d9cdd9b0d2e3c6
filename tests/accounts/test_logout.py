"""POST /api/auth/logout"""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.sessions.models import Session as Cookie
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Session, User
from tests.accounts.conftest import Browser, Events, Login, bearer, error

pytestmark = pytest.mark.django_db


def test_alice_logs_out_with_her_refresh_token(anybody: APIClient, alice: User, login: Login, events: Events) -> None:
    pair = login(alice)
    response = anybody.post("/api/auth/logout", {"refresh": pair["refresh"]})
    assert (response.status_code, response.content) == (204, b"")
    session = Session.objects.get()
    assert (session.end_reason, session.ended_at is None) == ("logout", False)
    assert events("auth.ended", topic=f"session:{session.pk}") == [{"reason": "logout"}]
    assert bearer(pair["access"]).get("/api/users/me").status_code == 401
    assert anybody.post("/api/auth/token/refresh", {"refresh": pair["refresh"]}).status_code == 401


def test_without_a_body_the_session_that_asks_ends(alice: User, login: Login) -> None:
    phone, laptop = bearer(login(alice)["access"]), bearer(login(alice)["access"])
    assert phone.post("/api/auth/logout").status_code == 204
    assert phone.get("/api/users/me").status_code == 401
    assert laptop.get("/api/users/me").status_code == 200


def test_the_access_token_beside_it_may_have_expired(alice: User, login: Login) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        pair = login(alice)
        clock.shift(16 * 60)
        client = bearer(pair["access"])
        assert client.get("/api/users/me").status_code == 401
        assert client.post("/api/auth/logout", {"refresh": pair["refresh"]}).status_code == 204
    assert Session.objects.get().end_reason == "logout"


def test_logging_out_twice_tells_once(anybody: APIClient, alice: User, login: Login, events: Events) -> None:
    pair = login(alice)
    for _ in range(2):
        assert anybody.post("/api/auth/logout", {"refresh": pair["refresh"]}).status_code == 204
    assert len(events("auth.ended")) == 1


def test_a_refresh_token_that_was_used_up_ends_the_session_as_well(
    anybody: APIClient, alice: User, login: Login
) -> None:
    pair = login(alice)
    anybody.post("/api/auth/token/refresh", {"refresh": pair["refresh"]})
    assert anybody.post("/api/auth/logout", {"refresh": pair["refresh"]}).status_code == 204
    assert Session.objects.get().end_reason == "logout"


def test_without_anything(anybody: APIClient) -> None:
    assert error(anybody.post("/api/auth/logout")) == (401, "not_authenticated", None)
    assert error(anybody.post("/api/auth/logout", {"refresh": "garbage"})) == (401, "token_not_valid", None)
    assert error(anybody.post("/api/auth/logout", {"refresh": 7})) == (400, "invalid", "refresh")


def test_an_access_token_is_not_a_refresh_token(anybody: APIClient, alice: User, login: Login) -> None:
    assert error(anybody.post("/api/auth/logout", {"refresh": login(alice)["access"]}))[0] == 401
    assert Session.objects.get().ended_at is None


def test_a_browser_logs_out_by_the_api(browser: Browser, alice: User) -> None:
    browser.log_in(alice)
    assert browser.is_logged_in
    assert browser.call("POST", "/api/auth/logout", {}).status_code == 204
    assert browser.client.cookies["sessionid"].value == ""
    assert not Cookie.objects.exists()
    assert Session.objects.get().end_reason == "logout"


def test_a_browser_needs_the_csrf_token_to_log_out(browser: Browser, alice: User) -> None:
    browser.log_in(alice)
    assert error(browser.call("POST", "/api/auth/logout", {}, csrf=False)) == (403, "csrf_failed", None)
    assert browser.is_logged_in
