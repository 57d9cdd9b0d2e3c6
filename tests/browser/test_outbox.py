"""What is written and not sent yet stays, whatever becomes of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_attach import choose, picture
from tests.services import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Request

    from tests.browser.person import Person
    from tests.server import Account

pytestmark = [pytest.mark.browser, pytest.mark.once]

SENDING = "**/api/messages"
TEXTS = ["One", "Two", "Three", "Four"]
REFUSAL = {"type": "client_error", "errors": [{"code": "permission_denied", "detail": "Not now.", "attr": None}]}
COUNT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("brook");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("outbox").objectStore("outbox").count();
    asked.onsuccess = () => {
      opening.result.close();
      resolve(asked.result);
    };
  };
})"""
KEPT = "async () => (await import('/static/js/session.js')).outbox.isAtRisk === false"


def shows(page: Page, texts: list[str]) -> None:
    """These messages in this tab, and no others."""
    expect(page.get_by_role("article").locator(".message-text")).to_contain_text(texts)
    expect(page.get_by_role("article")).to_have_count(len(texts))


def test_it_survives_reloads_and_two_tabs_send_each_message_once(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.context.route(SENDING, lambda route: route.abort())
    alice.context.route("**/api/attachments", lambda route: route.abort())
    alice.open(f"/c/{conversation}")
    for text in TEXTS[:2]:
        alice.write(text)
    choose(alice, picture())
    alice.write("Three")
    alice.page.wait_for_function(KEPT)
    alice.page.reload()
    shows(alice.page, TEXTS[:3])
    expect(alice.message("Three").get_by_role("button", name="Picture river.png")).to_be_visible()
    for text in TEXTS[:3]:
        expect(alice.tick(text)).to_have_attribute("aria-label", "Not sent yet")
    other = alice.new_page()
    other.goto(f"{alice.base_url}/c/{conversation}")
    shows(other, TEXTS[:3])
    alice.write("Four")
    shows(other, TEXTS)

    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/messages"):
            sent.append((request.post_data_json or {})["content"])

    alice.context.on("request", note)
    alice.context.unroute("**/api/attachments")
    alice.context.unroute(SENDING)
    for page in (alice.page, other):
        page.evaluate("import('/static/js/session.js').then(({ outbox }) => outbox.wake())")
    bob.open(f"/c/{conversation}")
    bob.sees_in_order(TEXTS)
    expect(bob.message("Three").get_by_role("button", name="Picture river.png")).to_be_visible()
    for page in (alice.page, other):
        expect(page.get_by_role("article").locator(".tick.is-waiting")).to_have_count(0)
        shows(page, TEXTS)
    assert sorted(sent) == sorted(TEXTS)


def test_what_was_refused_waits_for_a_decision_and_is_gone_after_logging_out(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.context.route(SENDING, lambda route: route.fulfill(status=403, json=REFUSAL))
    alice.open(f"/c/{conversation}")
    alice.write("Kept")
    alice.write("Dropped")
    for text in ("Kept", "Dropped"):
        expect(alice.message(text).get_by_role("alert")).to_contain_text("Not sent")
    alice.page.reload()
    shows(alice.page, ["Kept", "Dropped"])
    alice.message("Dropped").get_by_role("button", name="Discard").click()
    shows(alice.page, ["Kept"])
    alice.page.reload()
    shows(alice.page, ["Kept"])
    alice.context.unroute(SENDING)
    alice.message("Kept").get_by_role("button", name="Retry").click()
    expect(alice.tick("Kept")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))

    alice.context.route(SENDING, lambda route: route.abort())
    alice.write("Never sent")
    alice.text.fill("A draft")
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("button", name="Log out").click()
    question = alice.page.get_by_role("dialog", name="Log out?")
    expect(question).to_contain_text("1 message not sent yet")
    question.get_by_role("button", name="Cancel").click()
    expect(alice.message("Never sent")).to_be_visible()
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("button", name="Log out").click()
    question.get_by_role("button", name="Log out").click()
    expect(alice.page.get_by_role("heading", name="Welcome back")).to_be_visible()

    assert alice.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('brook.draft'))") == []
    assert alice.page.evaluate(COUNT) == 0


def test_somebody_else_at_this_browser_finds_nothing(alice: Person, bob: Person, accounts: dict[str, Account]) -> None:
    alice.context.route(SENDING, lambda route: route.abort())
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.write("Left behind")
    alice.page.wait_for_function(KEPT)
    assert alice.page.evaluate(COUNT) == 1
    alice.log_in(accounts[bob.username])
    alice.page.goto(alice.base_url)
    alice.open_conversation("Alice")
    expect(alice.messages).to_have_count(0)
    assert wait_until(lambda: alice.page.evaluate(COUNT) == 0, 10)
