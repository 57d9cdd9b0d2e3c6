"""Badges, the unread line, reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = pytest.mark.browser

TOP = "element => element.getBoundingClientRect().top"
SCROLL_UP_TO_WHERE_OLDER_ONES_LOAD = """(log) => {
  log.scrollTo(0, 700 - (log.scrollHeight - log.clientHeight));
  const message = [...log.querySelectorAll(".message")].find((one) => one.textContent.includes("Line 090"));
  return message.getBoundingClientRect().top;
}"""


def test_the_badge_counts_up_and_goes_on_reading(alice: Person, bob: Person) -> None:
    alice.open()
    conversation = bob.starts_direct(alice)
    for number in range(1, 4):
        bob.says(conversation, f"Message {number}")
        expect(alice.badge("Bob")).to_have_text(str(number))
    expect(alice.page).to_have_title(re.compile(r"^\(3\) "))
    expect(alice.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/png"))
    alice.open_conversation("Bob")
    expect(alice.badge("Bob")).to_have_count(0)
    expect(alice.page).to_have_title("Bob · Brook")
    expect(alice.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("favicon.svg"))
    alice.open("/")
    expect(alice.row("Bob")).to_be_visible()
    expect(alice.badge("Bob")).to_have_count(0)


def test_cards_of_people_carry_the_badge(alice: Person, bob: Person) -> None:
    alice.open(f"/people?search={bob.username}")  # more are here than a page shows
    card = alice.page.locator(f'[data-person="Bob {bob.username}"]')
    expect(card.locator(".badge")).to_have_count(0)
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "One")
    bob.says(conversation, "Two")
    expect(card.locator(".badge > [aria-hidden]")).to_have_text("2")
    reading = alice.new_page()
    reading.goto(f"{alice.base_url}/c/{conversation}")
    expect(card.locator(".badge")).to_have_count(0)


def test_the_line_stands_where_reading_begins(alice: Person, bob: Person) -> None:
    alice.open()
    conversation = bob.starts_direct(alice)
    alice.says(conversation, "Old and mine")
    for number in range(1, 4):
        bob.says(conversation, f"New {number}")
    expect(alice.badge("Bob")).to_have_text("3")
    alice.open_conversation("Bob")
    line = alice.log.locator(".unread-line")
    expect(line).to_have_text("3 new messages")
    assert is_above(alice, ".unread-line", "New 1")
    expect(alice.badge("Bob")).to_have_count(0)
    bob.says(conversation, "New 4")
    alice.sees("New 4")
    expect(line).to_have_text("3 new messages")
    alice.page.get_by_role("link", name="Brook").click()
    alice.open_conversation("Bob")
    expect(line).to_have_count(0)


def test_far_up_the_log_it_does_not_jump_and_offers_the_way_down(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    for number in range(70):
        bob.says(conversation, f"Line {number:02}")
    alice.open(f"/c/{conversation}")
    jump = alice.page.get_by_role("button", name=re.compile("Jump to latest"))
    jump.click()
    expect(alice.badge("Bob")).to_have_count(0)
    alice.log.evaluate("log => log.scrollTo(0, -1200)")
    expect(jump).to_be_visible()
    alice.sees("Line 00")
    middle = alice.message("Line 30")
    before = middle.evaluate(TOP)
    bob.says(conversation, "Brand new")
    expect(jump).to_have_accessible_name("Jump to latest, 1 new message")
    assert middle.evaluate(TOP) == pytest.approx(before, abs=1)
    jump.click()
    expect(alice.message("Brand new")).to_be_in_viewport()
    expect(jump).to_have_count(0)
    expect(alice.badge("Bob")).to_have_count(0)


def test_older_messages_come_while_scrolling_and_nothing_moves(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    for number in range(120):
        alice.says(conversation, f"Line {number:03}")
    alice.open(f"/c/{conversation}")
    expect(alice.messages).to_have_count(50)
    before = alice.log.evaluate(SCROLL_UP_TO_WHERE_OLDER_ONES_LOAD)
    expect(alice.messages).to_have_count(100)
    assert alice.message("Line 090").evaluate(TOP) == pytest.approx(before, abs=1)
    alice.log.evaluate("log => log.scrollTo(0, -log.scrollHeight)")
    expect(alice.messages).to_have_count(120)
    alice.sees("Line 000")


def is_above(person: Person, selector: str, text: str) -> bool:
    upper = person.log.locator(selector).bounding_box()
    lower = person.message(text).bounding_box()
    assert upper
    assert lower
    return upper["y"] < lower["y"]
