"""Suspended until a date: shut out everywhere at once, told until when, let in again by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import Session, User
from tests.accounts.conftest import Browser, Events, Login, bearer, error
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
TEXT = "This account is suspended until 2030-05-03 12:00 UTC."


def log_in(client: APIClient) -> Any:
    return client.post("/api/auth/token", {"username": "alice", "password": PASSWORD})


def test_everything_ends_and_says_until_when(anybody: APIClient, alice: User, login: Login, events: Events) -> None:
    with time_machine.travel(NOON, tick=False):
        pair = login(alice)
        actions.suspend(user=alice, until=NOON + timedelta(days=2))
        assert Session.objects.get().end_reason == "suspended"
        assert events("auth.ended") == [{"reason": "suspended"}]
        by_token = bearer(pair["access"]).get("/api/users/me")
        by_refresh = anybody.post("/api/auth/token/refresh", {"refresh": pair["refresh"]})
        by_password = log_in(anybody)
        assert error(by_token) == error(by_refresh) == (401, "suspended", None)
        assert error(by_password) == (403, "suspended", None)
        assert {answer.json()["errors"][0]["detail"] for answer in (by_token, by_refresh, by_password)} == {TEXT}


def test_a_wrong_password_learns_nothing(anybody: APIClient, alice: User) -> None:
    actions.suspend(user=alice, until=datetime.now(UTC) + timedelta(days=2))
    answer = anybody.post("/api/auth/token", {"username": "alice", "password": "wrong"})
    assert error(answer) == (401, "authentication_failed", None)


def test_the_page_says_it_too(alice: User, browser: Browser) -> None:
    with time_machine.travel(NOON, tick=False):
        browser.log_in(alice)
        actions.suspend(user=alice, until=NOON + timedelta(days=2))
        assert not browser.is_logged_in
        assert TEXT in browser.log_in(alice).content.decode()


def test_it_ends_by_itself_and_by_staff(anybody: APIClient, alice: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        actions.suspend(user=alice, until=NOON + timedelta(days=2))
        clock.shift(timedelta(days=2))
        assert log_in(anybody).status_code == 200
        actions.suspend(user=alice, until=NOON + timedelta(days=9))
        assert log_in(anybody).status_code == 403
        actions.end_suspension(user=alice)
        assert log_in(anybody).status_code == 200
