"""What was begun on one device goes on at another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_draft_goes_on_in_another_window_and_is_gone_when_sent(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    other = alice.new_page()
    other.goto(f"{alice.base_url}/c/{conversation}")
    box = other.get_by_role("textbox", name="Message Bob")
    expect(box).to_be_visible()
    alice.text.press_sequentially("Half a")
    expect(box).to_have_value("Half a")
    box.press("End")
    box.press_sequentially(" thought")
    expect(alice.text).to_have_value("Half a thought")
    alice.text.press("Enter")
    alice.sees("Half a thought")
    expect(box).to_have_value("")
    expect(alice.text).to_have_value("")


def test_the_list_says_what_was_begun(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    bob.says(conversation, "Are you there?")
    alice.open(f"/c/{conversation}")
    with alice.page.expect_response("**/draft"):
        alice.text.press_sequentially("Yes, I am")
    alice.page.get_by_role("link", name="Brook").click()
    expect(alice.row("Bob").locator(".row-preview")).to_have_text("Draft: Yes, I am")
    alice.open_conversation("Bob")
    expect(alice.text).to_have_value("Yes, I am")


def test_two_devices_that_write_at_once_lose_nothing(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    with alice.page.expect_response("**/draft"):
        alice.text.press_sequentially("From here")
    alice.page.route("**/draft", lambda route: route.abort())
    alice.text.press_sequentially(", and on")
    phone = {"content": "From the phone", "reply_to": None, "based_on": 1}
    alice.put(f"/conversations/{conversation}/draft", phone)
    expect(alice.text).to_have_value("From here, and on")
    alice.page.unroute("**/draft")
    alice.text.press_sequentially("!")
    conflict = alice.page.locator(".draft-conflict")
    expect(conflict).to_contain_text("From the phone")
    conflict.get_by_role("button", name="Keep both").click()
    expect(alice.text).to_have_value("From here, and on!\nFrom the phone")
    expect(conflict).to_have_count(0)
