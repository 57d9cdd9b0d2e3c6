"""GET and DELETE /api/auth/sessions"""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session as Cookie
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.devices import name_of
from accounts.models import Session, User
from tests.accounts.conftest import Browser, Events, Login, bearer, error
from tests.conftest import Api

pytestmark = pytest.mark.django_db

SESSIONS = "/api/auth/sessions"


def test_alice_sees_her_devices(alice: User, bob: User, login: Login, browser: Browser) -> None:
    login(bob)
    token = login(alice)["access"]
    browser.log_in(alice)
    body = bearer(token).get(SESSIONS).json()
    assert body["next"] is None
    newest, mine = body["results"]
    assert (newest["kind"], newest["current"], mine["kind"], mine["current"]) == ("browser", False, "api", True)
    assert set(mine) == {
        "id",
        "kind",
        "created_at",
        "last_seen_at",
        "expires_at",
        "device",
        "user_agent",
        "address",
        "place",
        "two_factor",
        "current",
    }
    assert mine["created_at"].endswith("Z")
    seen_by_browser = browser.get(SESSIONS).json()["results"]
    assert [device["current"] for device in seen_by_browser] == [True, False]


def test_those_that_ended_are_not_shown(alice: User, api: Api) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        api(alice)
        clock.shift(31 * 24 * 3600)  # the first has expired
        out = api(alice)
        out.post("/api/auth/logout")
        results = api(alice).get(SESSIONS).json()["results"]
    assert [device["current"] for device in results] == [True]


def test_page_by_page(alice: User, api: Api) -> None:
    client = [api(alice) for _ in range(5)][-1]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(SESSIONS, {"limit": "2", **({"cursor": cursor} if cursor else {})}).json()
        seen += [device["id"] for device in page["results"]]
        cursor = page["next"]
    assert seen == [str(session.pk) for session in Session.objects.order_by("-id")]
    assert error(client.get(SESSIONS, {"cursor": "YWJj"})) == (400, "invalid", "cursor")


def test_alice_logs_another_device_out(alice: User, login: Login, events: Events) -> None:
    phone = login(alice)
    lost = Session.objects.get()
    laptop = bearer(login(alice)["access"])
    response = laptop.delete(f"{SESSIONS}/{lost.pk}")
    assert (response.status_code, response.content) == (204, b"")
    assert bearer(phone["access"]).get(SESSIONS).status_code == 401
    assert laptop.get(SESSIONS).status_code == 200
    lost.refresh_from_db()
    assert lost.end_reason == "revoked"
    assert events("auth.ended", topic=f"session:{lost.pk}") == [{"reason": "revoked"}]
    assert error(laptop.delete(f"{SESSIONS}/{lost.pk}")) == (404, "not_found", None)


def test_alice_logs_a_browser_out(alice: User, browser: Browser, api: Api) -> None:
    browser.log_in(alice)
    api(alice).delete(f"{SESSIONS}/{Session.objects.get(kind='browser').pk}")
    assert not Cookie.objects.exists()
    assert not browser.is_logged_in
    assert browser.get("/people").status_code == 302


def test_the_device_that_asks(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    mine = Session.objects.get()
    assert browser.call("DELETE", f"{SESSIONS}/{mine.pk}").status_code == 204
    assert browser.client.cookies["sessionid"].value == ""
    assert not browser.is_logged_in


def test_bobs_devices_are_none_of_alices_business(alice: User, bob: User, api: Api) -> None:
    client, _bobs = api(alice), api(bob)
    of_bob = Session.objects.get(user=bob)
    answers = [
        client.delete(f"{SESSIONS}/{name}") for name in (of_bob.pk, uuid4(), "x", "%00", "1", f"{{{of_bob.pk}}}")
    ]
    assert {error(answer) for answer in answers} == {(404, "not_found", None)}
    assert len({answer.content for answer in answers}) == 1
    assert Session.objects.get(user=bob).ended_at is None


def test_nobody_asks(anybody: APIClient) -> None:
    assert anybody.get(SESSIONS).status_code == 401
    assert anybody.delete(f"{SESSIONS}/{uuid4()}").status_code == 401
    assert anybody.delete(f"{SESSIONS}/x").status_code == 401


def test_all_other_devices_at_once(alice: User, bob: User, login: Login, browser: Browser) -> None:
    of_bob = login(bob)["access"]
    mine, other = login(alice)["access"], login(alice)["access"]
    browser.log_in(alice)
    assert bearer(mine).delete(SESSIONS).status_code == 204
    assert [bearer(token).get(SESSIONS).status_code for token in (mine, other, of_bob)] == [200, 401, 200]
    assert not browser.is_logged_in


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.0 Safari/605", "Safari on a Mac"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.9.1", "curl"),
        ("", "A program"),
    ],
)
def test_what_a_device_is_called(user_agent: str, name: str) -> None:
    assert name_of(user_agent) == name
