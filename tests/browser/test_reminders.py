"""Being reminded of messages, marking them as unread, and why one was told of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def does(person: Person, text: str, item: str) -> None:
    """By the menu of a message, as with the keyboard alone."""
    person.message(text).focus()
    person.page.keyboard.press("Enter")
    person.page.get_by_role("menuitem", name=item, exact=True).click()


def test_what_one_does_with_a_message_for_oneself(alice: Person, bob: Person) -> None:
    talk = alice.starts_direct(bob)
    bob.says(talk, "Call the mill")
    alice.open(f"/c/{talk}")
    dialog = alice.page.get_by_role("dialog")

    does(alice, "Call the mill", "Remind me")
    dialog.get_by_role("button", name=re.compile("Tomorrow morning")).click()
    mark = alice.message("Call the mill").get_by_role("img", name=re.compile("You will be reminded"))
    expect(mark).to_be_visible()
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("button", name="Reminders").click()
    expect(dialog).to_contain_text("tomorrow")
    dialog.get_by_role("button", name="Do not remind me").click()
    expect(dialog).to_contain_text("No reminders")
    alice.page.keyboard.press("Escape")
    expect(mark).to_have_count(0)

    does(alice, "Call the mill", "Mark as unread")
    expect(alice.badge("Bob")).to_have_text("1")
    expect(alice.page.get_by_text("1 new message", exact=True)).to_be_visible()
    alice.row("Bob").click(button="right")
    alice.page.get_by_role("menuitem", name="Mark as read", exact=True).click()
    expect(alice.badge("Bob")).to_have_count(0)

    does(alice, "Call the mill", "Why was I told?")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(re.compile("^Why you were"))
    expect(dialog).to_contain_text("You take part in the conversation.")
