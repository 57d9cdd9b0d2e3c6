"""The page to try the API."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.person import PASSWORD, Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_alice_tries_the_api_with_a_token(invite: Callable[..., Person]) -> None:
    alice = invite("alice", logged_in=False)
    claimed = {"username": alice.username, "password": PASSWORD}
    token = httpx.post(f"{alice.base_url}/api/auth/token", json=claimed).json()["access"]
    page = alice.page
    page.goto(f"{alice.base_url}/api/docs")
    expect(page.get_by_role("heading", name=re.compile("^Brook"))).to_be_visible()
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.locator("input").first.fill(token)
    dialog.get_by_role("button", name="Apply credentials").first.click()
    dialog.get_by_role("button", name="Close").last.click()
    operation = page.locator(".opblock-get", has=page.locator('[data-path="/api/users/me"]'))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text(alice.username)


def test_bob_tries_it_with_his_cookie(bob: Person) -> None:
    page = bob.page
    page.goto(f"{bob.base_url}/api/docs")
    operation = page.locator(".opblock-patch", has=page.locator('[data-path="/api/users/me"]'))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("textarea").fill('{"status_text": "Trying the API"}')
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text("Trying the API")
