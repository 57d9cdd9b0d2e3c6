"""Saying it otherwise, taking it back, answering it, passing it on, keeping it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def choose(person: Person, text: str, action: str) -> None:
    """From the menu of a message, by keyboard."""
    person.message(text).focus()
    person.page.keyboard.press("Enter")
    person.page.get_by_role("menu", name="Message").get_by_role("menuitem", name=action, exact=True).click()


def test_arrow_up_in_an_empty_box_edits_my_last_message(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    for person in (alice, bob):
        person.open(f"/c/{conversation}")
    alice.write("The haron is back")
    bob.sees("The haron is back")
    bob.write("Where?")
    alice.sees("Where?")
    alice.text.press("ArrowUp")
    editor = alice.page.get_by_label("Edit message")
    expect(editor).to_be_focused()
    editor.fill("The heron is back")
    editor.press("Enter")
    for person in (alice, bob):
        person.sees("The heron is back")
        expect(person.message("The heron")).to_contain_text("edited")
    expect(alice.text).to_be_focused()
    alice.text.press("ArrowUp")
    editor.fill("Never mind")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    alice.sees("The heron is back")


def test_a_deleted_message_leaves_a_tombstone_and_is_unread_no_more(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    bob.open()
    alice.write("Keep")
    alice.write("Oops")
    expect(bob.badge("Alice")).to_have_text("2")
    choose(alice, "Oops", "Delete")
    alice.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    alice.sees("Oops")
    choose(alice, "Oops", "Delete")
    alice.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(alice.message("This message was deleted")).to_have_count(1)
    expect(alice.message("This message was deleted").get_by_role("button")).to_have_count(0)
    expect(bob.badge("Alice")).to_have_text("1")
    bob.open_conversation("Alice")
    bob.sees_in_order(["Keep", "This message was deleted"])
    bob.message("This message was deleted").hover()
    expect(bob.message("This message was deleted").get_by_role("button")).to_have_count(0)


def test_a_reply_quotes_and_its_quote_leads_far_up(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Where it all began")
    for number in range(80):
        bob.says(conversation, f"Line {number:02}")
    alice.open(f"/c/{conversation}")
    alice.log.evaluate("log => log.scrollTo(0, 0)")
    bob.open(f"/c/{conversation}/1")
    choose(bob, "Where it all began", "Reply")
    expect(bob.page.locator(".reply-bar")).to_contain_text("Where it all began")
    bob.write("I answer")
    expect(bob.page.locator(".reply-bar")).to_have_count(0)
    quote = alice.message("I answer").locator(".quote")
    expect(quote).to_contain_text("Where it all began")
    quote.click()
    expect(alice.message("Where it all began").first).to_be_in_viewport()
    expect(alice.message("Where it all began").first).to_be_focused()
    alice.page.get_by_role("button", name=re.compile("Jump to latest")).click()
    expect(alice.message("I answer")).to_be_in_viewport()
    # What the quote says follows an edit.
    message = alice.page.request.get(f"{alice.base_url}/api/conversations/{conversation}/messages?after=0&limit=1")
    bob.patch(f"/messages/{message.json()['results'][0]['id']}", {"content": "Where it really began"})
    expect(quote).to_contain_text("Where it really began")


def test_forwarding_to_another_conversation(alice: Person, bob: Person, carol: Person) -> None:
    conversation = bob.starts_direct(alice)
    alice.starts_direct(carol)
    bob.says(conversation, "Pass this on")
    alice.open(f"/c/{conversation}")
    choose(alice, "Pass this on", "Forward")
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_label("Search conversations").fill("carol")
    dialog.get_by_label("Search conversations").press("Enter")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    expect(alice.page.get_by_text("Forwarded.")).to_be_visible()
    carol.open_conversation("Alice")
    expect(carol.message("Pass this on")).to_contain_text("Forwarded")


def test_pins_stand_at_the_top_for_everybody_and_stars_are_mine(alice: Person, bob: Person) -> None:
    group = alice.starts_group("River Team", bob)
    for text in ("Meet at nine", "Bring boots"):
        alice.says(group, text)
    for person in (alice, bob):
        person.open(f"/c/{group}")
    bob.message("Meet at nine").focus()
    bob.page.keyboard.press("Enter")
    expect(bob.page.get_by_role("menuitem", name="Star", exact=True)).to_be_visible()
    expect(bob.page.get_by_role("menuitem", name="Pin", exact=True)).to_have_count(0)
    bob.page.get_by_role("menuitem", name="Star", exact=True).click()
    expect(bob.message("Meet at nine").get_by_label("Starred")).to_be_visible()
    choose(alice, "Meet at nine", "Pin")
    for person in (alice, bob):
        expect(person.page.locator(".pinned-bar")).to_contain_text("Meet at nine")
    choose(alice, "Bring boots", "Pin")
    bob.page.get_by_role("button", name="All 2 pinned messages").click()
    bob.page.get_by_role("dialog").get_by_text("Meet at nine").click()
    expect(bob.message("Meet at nine")).to_be_focused()
    choose(alice, "Bring boots", "Unpin")
    expect(bob.page.locator(".pinned-bar")).to_contain_text("Meet at nine")
    expect(alice.message("Meet at nine").get_by_label("Starred")).to_have_count(0)
    bob.page.get_by_role("button", name="Your account").click()
    bob.page.get_by_role("button", name="Starred messages").click()
    expect(bob.page.get_by_role("dialog").locator(".shelf-entry")).to_have_count(1)


def test_the_address_of_a_message_shows_it(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    for number in range(90):
        bob.says(conversation, f"Line {number:02}")
    alice.open(f"/c/{conversation}/10")
    expect(alice.message("Line 09")).to_be_in_viewport()
    expect(alice.message("Line 09")).to_have_class(re.compile("is-highlighted"))


def test_info_says_who_has_it_and_who_read_it(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob, carol)
    alice.open(f"/c/{group}")
    bob.open(f"/c/{group}")
    alice.write("Read me")
    expect(bob.message("Read me")).to_be_visible()
    choose(alice, "Read me", "Info")
    dialog = alice.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Read by · 1")).to_be_visible()
    expect(dialog.locator(".person", has_text="Bob")).to_contain_text("Read ")
    expect(dialog.get_by_role("heading", name="Not delivered yet · 1")).to_be_visible()


def test_whoever_is_named_sees_it(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.says(conversation, f"Look, @{bob.username}!")
    bob.open(f"/c/{conversation}")
    expect(bob.log.locator(".mention.is-me")).to_have_text(f"@{bob.username}")
    alice.open(f"/c/{conversation}")
    expect(alice.log.locator(".mention")).to_have_text(f"@{bob.username}")
    expect(alice.log.locator(".mention.is-me")).to_have_count(0)
