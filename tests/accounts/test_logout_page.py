"""/logout"""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session as Cookie

from accounts.models import Session, User
from tests.accounts.conftest import Browser, Events

pytestmark = pytest.mark.django_db


def test_alice_logs_out(browser: Browser, alice: User, events: Events) -> None:
    browser.log_in(alice)
    response = browser.submit("/logout")
    assert (response.status_code, response["Location"]) == (302, "/login")
    session = Session.objects.get()
    assert session.end_reason == "logout"
    assert events("auth.ended", topic=f"session:{session.pk}") == [{"reason": "logout"}]
    assert not Cookie.objects.exists()
    assert not browser.is_logged_in


def test_a_link_or_an_image_cannot_log_out(browser: Browser, alice: User) -> None:
    browser.log_in(alice)
    assert browser.get("/logout").status_code == 405
    assert browser.client.post("/logout").status_code == 403
    assert browser.is_logged_in


def test_nobody_logs_out(browser: Browser) -> None:
    assert browser.submit("/logout").status_code == 302


def test_only_this_browser_is_logged_out(browser: Browser, alice: User) -> None:
    other = Browser()
    browser.log_in(alice)
    other.log_in(alice)
    browser.submit("/logout")
    assert other.is_logged_in
