"""Everything by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_conversation_is_started_found_and_left_without_a_mouse(alice: Person, bob: Person, carol: Person) -> None:
    alice.open()
    keyboard = alice.page.keyboard
    alice.page.get_by_role("button", name="New conversation").first.focus()
    keyboard.press("Enter")
    search = alice.page.get_by_label("Search people")
    expect(search).to_be_focused()
    keyboard.type(bob.username)
    expect(alice.page.locator("dialog .person")).to_have_count(1)
    keyboard.press("Enter")
    expect(search).to_have_value("")
    keyboard.press("Enter")
    expect(alice.title).to_have_text("Bob")
    expect(alice.text).to_be_focused()
    keyboard.type("Hello Bob")
    keyboard.press("Enter")
    alice.sees("Hello Bob")

    alice.says(alice.starts_direct(carol), "Hello Carol")
    expect(alice.row("Carol")).to_be_visible()
    keyboard.press("Alt+ArrowUp")
    expect(alice.title).to_have_text("Carol")
    keyboard.press("Alt+ArrowDown")
    expect(alice.title).to_have_text("Bob")

    keyboard.press("Control+k")
    expect(alice.page.get_by_label("Search conversations and people")).to_be_focused()
    keyboard.type("carol")
    expect(alice.page.locator("brook-conversation-list .row").first).to_contain_text("Carol")
    keyboard.press("Enter")
    expect(alice.title).to_have_text("Carol")
    alice.page.go_back()
    expect(alice.title).to_have_text("Bob")


def test_who_types_fast_gets_who_was_meant(alice: Person, carol: Person) -> None:
    alice.open()
    keyboard = alice.page.keyboard
    alice.page.get_by_role("button", name="New conversation").first.click()
    expect(alice.page.locator("dialog .person.is-choice").first).to_be_visible()  # all who are here
    keyboard.type(carol.username)
    keyboard.press("Enter")
    expect(alice.page.locator(".chosen-person")).to_have_accessible_name("Remove Carol")
    alice.page.get_by_role("button", name="Close").click()
    keyboard.press("Control+k")
    keyboard.type(carol.username)
    keyboard.press("Enter")
    expect(alice.title).to_have_text("Carol")


def test_rows_are_walked_with_arrows(alice: Person, bob: Person, carol: Person) -> None:
    alice.open()
    for other in (bob, carol):
        alice.says(alice.starts_direct(other), "Hello")
    expect(alice.row("Bob")).to_be_visible()
    expect(alice.row("Carol")).to_be_visible()
    keyboard = alice.page.keyboard
    keyboard.press("Control+k")
    keyboard.press("ArrowDown")
    expect(alice.row("Carol")).to_be_focused()
    keyboard.press("ArrowDown")
    expect(alice.row("Bob")).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("ArrowUp")
    expect(alice.page.get_by_label("Search conversations and people")).to_be_focused()


def test_escape_closes_what_is_open(alice: Person) -> None:
    alice.open()
    alice.page.get_by_role("button", name="New conversation").first.click()
    expect(alice.page.get_by_role("dialog")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    expect(alice.page.get_by_role("button", name="New conversation").first).to_be_focused()
    alice.page.get_by_role("button", name="Your account").click()
    expect(alice.page.get_by_role("button", name="Log out")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("button", name="Log out")).to_be_hidden()


def test_a_sheet_of_keys(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.text.press("?")
    expect(alice.page.get_by_role("dialog", name="Keyboard")).to_have_count(0)
    alice.log.focus()
    alice.page.keyboard.press("?")
    sheet = alice.page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_contain_text("Search or jump to a conversation")
    alice.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
