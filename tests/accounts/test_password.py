"""POST /api/auth/password"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import Session, User
from tests.accounts.conftest import Browser, Events, Login, bearer, error
from tests.conftest import PASSWORD, Api

pytestmark = pytest.mark.django_db

NEW = "another fine password"


def change(client: APIClient, old: object = PASSWORD, new: object = NEW) -> Any:
    return client.post("/api/auth/password", {"old_password": old, "new_password": new})


def test_every_other_session_of_alice_ends(
    alice: User, bob: User, login: Login, api: Api, browser: Browser, events: Events
) -> None:
    phone, laptop, of_bob = login(alice), login(alice), api(bob)
    browser.log_in(alice)
    assert change(bearer(laptop["access"])).status_code == 204
    assert bearer(phone["access"]).get("/api/users/me").status_code == 401
    assert not browser.is_logged_in
    assert bearer(laptop["access"]).get("/api/users/me").status_code == 200
    assert of_bob.get("/api/users/me").status_code == 200
    ended = Session.objects.exclude(ended_at=None)
    assert {session.end_reason for session in ended} == {"password_change"}
    assert {session.kind for session in ended} == {"api", "browser"}
    assert events("auth.ended") == [{"reason": "password_change"}] * 2


def test_this_one_can_still_be_refreshed(alice: User, login: Login) -> None:
    pair = login(alice)
    change(bearer(pair["access"]))
    assert APIClient().post("/api/auth/token/refresh", {"refresh": pair["refresh"]}).status_code == 200


def test_only_the_new_password_opens_the_door(alice: User, login: Login, api: Api) -> None:
    change(api(alice))
    assert login(alice, NEW)
    response = APIClient().post("/api/auth/token", {"username": "alice", "password": PASSWORD})
    assert response.status_code == 401


def test_a_browser_stays_logged_in_with_a_new_cookie(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    before = browser.client.cookies["sessionid"].value
    response = browser.call("POST", "/api/auth/password", {"old_password": PASSWORD, "new_password": NEW})
    assert response.status_code == 204
    after = browser.client.cookies["sessionid"].value
    assert after not in {"", before}
    assert browser.is_logged_in
    assert browser.get("/people").status_code == 200
    assert Session.objects.get().session_key == after


def test_a_browser_can_still_be_logged_out_from_elsewhere(alice: User, browser: Browser, api: Api) -> None:
    browser.log_in(alice)
    browser.call("POST", "/api/auth/password", {"old_password": PASSWORD, "new_password": NEW})
    alice.refresh_from_db()
    api(alice).delete(f"/api/auth/sessions/{Session.objects.get(kind='browser').pk}")
    assert not browser.is_logged_in


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("wrong", NEW, (400, "password_incorrect", "old_password")),
        (PASSWORD, "short1!", (400, "password_too_short", "new_password")),
        (PASSWORD, 12345678, (400, "invalid", "new_password")),
        (PASSWORD, None, (400, "null", "new_password")),
        (7, NEW, (400, "invalid", "old_password")),
    ],
)
def test_what_is_refused(alice: User, api: Api, old: object, new: object, problem: tuple[int, str, str]) -> None:
    client = api(alice)
    assert error(change(client, old, new)) == problem
    assert client.get("/api/users/me").status_code == 200
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_nobody_asks(anybody: APIClient) -> None:
    assert change(anybody).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_no_log_in_with_the_old_password_survives(alice: User, login: Login) -> None:
    """Seven log in with the old password while it changes: whoever got in before it is out after it."""
    login(alice)
    keep = Session.objects.get()

    def act(number: int) -> int:
        try:
            if number == 2:
                actions.set_password(user=alice, password=NEW, keep=keep)
                return 0
            body = {"username": "alice", "password": PASSWORD}
            return int(APIClient().post("/api/auth/token", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(act, range(8))) <= {0, 200, 401}
    assert list(Session.objects.filter(ended_at=None)) == [keep]
