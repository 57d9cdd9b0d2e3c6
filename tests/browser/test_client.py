"""The realtime client on somebody's own page: the example of docs/client.md, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.person import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Request

    from tests.browser.person import Person

pytestmark = pytest.mark.browser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "client.md"


def example(base_url: str) -> str:
    (found,) = re.findall(r"```html\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert "http://127.0.0.1:8000" in found
    return str(found).replace("http://127.0.0.1:8000", base_url)


def test_the_example_listens_with_a_token_and_renews_it(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice")
    conversation = alice.starts_direct(bob)
    alice.context.clear_cookies()  # the token is all she has
    address = f"{alice.base_url}/example"
    alice.page.route(address, lambda route: route.fulfill(content_type="text/html", body=example(alice.base_url)))
    tokens: list[str] = []

    def note(request: Request) -> None:
        if "/api/realtime/stream" in request.url:
            tokens.append(request.headers["authorization"])

    alice.page.on("request", note)
    page = alice.page

    def listen() -> None:
        page.goto(address)
        page.locator("[name=username]").fill(alice.username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Listen").click()
        expect(page.locator("output")).to_have_text("live by stream")

    listen()
    bob.says(conversation, "Heard live")
    expect(page.get_by_role("listitem")).to_have_text(["Bob: Heard live"])

    page.goto("about:blank")
    bob.says(conversation, "Said meanwhile")
    listen()
    expect(page.get_by_role("listitem")).to_have_text(["Bob: Said meanwhile"])

    # A minute before the token ends the stream says so: here on the first answer, from a server with a quick clock.
    before = len(tokens)
    page.route(
        "**/api/realtime/stream*",
        lambda route: route.fulfill(
            content_type="text/event-stream",
            body='event: init\ndata: {}\n\nevent: auth.expiring\ndata: {"expires_at": "2030-01-01T00:00:00Z"}\n\n',
        ),
        times=1,
    )
    page.evaluate("dispatchEvent(new Event('online'))")
    bob.says(conversation, "After the renewal")
    expect(page.get_by_role("listitem")).to_have_text(["Bob: Said meanwhile", "Bob: After the renewal"])
    assert len(tokens) >= before + 2
    assert tokens[before] == tokens[before - 1] != tokens[-1]

    # A token that is refused is renewed as well; without another one she is signed out.
    page.route("**/api/realtime/stream*", lambda route: route.fulfill(status=401, json={}))
    page.route("**/api/auth/token/refresh", lambda route: route.fulfill(status=401, json={}))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("output")).to_have_text("signed-out by stream")
