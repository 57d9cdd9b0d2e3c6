"""Reactions: by mouse, by keyboard, by finger; live on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE = {"width": 390, "height": 844}


def chip(person: Person, text: str, emoji: str) -> Locator:
    return person.message(text).locator(f'.reaction[data-emoji="{emoji}"]')


def test_a_reaction_shows_on_both_sides_and_a_click_on_it_toggles_mine(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    for text in ("The heron is back", "So is the otter"):
        alice.says(conversation, text)
    for person in (alice, bob):
        person.open(f"/c/{conversation}")
    bob.message("The heron").hover()
    bob.message("The heron").get_by_role("button", name="React", exact=True).click()
    bob.page.get_by_role("menuitem", name="React with 😂").click()
    bob.message("the otter").hover()  # the focus is where the menu was opened, and holds nothing up
    bob.message("the otter").get_by_role("button", name="More", exact=True).click()
    bob.page.keyboard.press("Escape")
    bob.message("The heron").hover()
    expect(bob.message("The heron").get_by_role("button", name="More", exact=True)).to_be_visible()
    for person, pressed in ((bob, "true"), (alice, "false")):
        expect(chip(person, "The heron", "😂")).to_have_text("😂1")
        expect(chip(person, "The heron", "😂")).to_have_attribute("aria-pressed", pressed)
    chip(alice, "The heron", "😂").click()
    expect(chip(bob, "The heron", "😂")).to_have_text("😂2")
    expect(chip(bob, "The heron", "😂")).to_have_attribute("title", "You and Alice")
    chip(bob, "The heron", "😂").click()
    expect(chip(alice, "The heron", "😂")).to_have_text("😂1")
    chip(alice, "The heron", "😂").click()
    for person in (alice, bob):
        expect(chip(person, "The heron", "😂")).to_have_count(0)


def test_any_emoji_from_the_picker(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Look")
    alice.open(f"/c/{conversation}")
    alice.message("Look").hover()
    alice.message("Look").get_by_role("button", name="React", exact=True).click()
    alice.page.get_by_role("menuitem", name="More emoji").click()
    alice.page.get_by_label("Search emoji").fill("snail")
    expect(alice.page.locator(".emoji")).to_have_count(1)
    alice.page.keyboard.press("Enter")
    expect(chip(alice, "Look", "🐌")).to_have_text("🐌1")


def test_by_keyboard(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    for text in ("First", "Second"):
        bob.says(conversation, text)
    alice.open(f"/c/{conversation}")
    alice.sees("Second")
    keyboard = alice.page.keyboard
    alice.log.focus()
    keyboard.press("ArrowUp")
    expect(alice.message("Second")).to_be_focused()
    keyboard.press("ArrowUp")
    expect(alice.message("First")).to_be_focused()
    keyboard.press("Enter")
    expect(alice.page.get_by_role("menuitem", name="React with 👍")).to_be_focused()
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    expect(chip(alice, "First", "❤️")).to_have_text("❤️1")
    alice.message("First").focus()
    keyboard.press("Tab")
    expect(alice.message("First").locator(".reaction").first).to_be_focused()
    keyboard.press("Enter")
    expect(chip(alice, "First", "❤️")).to_have_count(0)
    alice.message("First").focus()
    keyboard.press("Escape")
    expect(alice.text).to_be_focused()


def test_a_finger_that_rests_on_a_message_opens_its_menu(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", viewport=PHONE, has_touch=True, is_mobile=True)
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Press me")
    alice.open(f"/c/{conversation}")
    menu = alice.page.get_by_role("menu", name="Message")
    with alice.finger_on(alice.message("Press me").locator(".message-text")):
        expect(menu).to_be_visible()
    alice.page.evaluate("() => new Promise(requestAnimationFrame)")  # a browser closes menus when a finger goes up
    expect(menu).to_be_visible()
    menu.get_by_role("menuitem", name="React with 🙏").click()
    expect(chip(alice, "Press me", "🙏")).to_have_text("🙏1")


def test_a_reaction_that_is_refused_goes_again(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "No")
    alice.open(f"/c/{conversation}")
    refusal = {"type": "client_error", "errors": [{"code": "no", "detail": "Not now.", "attr": None}]}
    alice.page.route("**/reactions", lambda route: route.fulfill(status=403, json=refusal))
    alice.message("No").hover()
    alice.message("No").get_by_role("button", name="React", exact=True).click()
    alice.page.get_by_role("menuitem", name="React with 👍").click()
    expect(alice.page.get_by_text("Not now.")).to_be_visible()
    toast, newest = (place.bounding_box() for place in (alice.page.locator(".toast"), alice.message("No")))
    assert toast
    assert newest
    assert toast["y"] + toast["height"] < newest["y"], "the note is over the newest message"
    expect(chip(alice, "No", "👍")).to_have_count(0)
