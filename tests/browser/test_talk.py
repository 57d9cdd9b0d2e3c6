"""Alice and Bob talk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_from_the_people_page_to_a_live_conversation(alice: Person, bob: Person) -> None:
    alice.open(f"/people?search={bob.username}")  # more are here than a page shows
    alice.page.get_by_label("Search people").fill(bob.username)
    alice.page.locator(".card:visible").get_by_role("button", name="Message Bob").click()
    expect(alice.title).to_have_text("Bob")
    alice.is_live()

    alice.write("Is the heron back?")
    bob.open_conversation("Alice")
    bob.sees("Is the heron back?")
    bob.write("Since this morning.")
    alice.sees("Since this morning.")
    alice.write("I come.")
    bob.sees_in_order(["Is the heron back?", "Since this morning.", "I come."])
    alice.sees_in_order(["Is the heron back?", "Since this morning.", "I come."])


def test_what_i_write_shows_at_once_and_stays_in_its_place(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    held: list[Route] = []
    alice.page.route("**/api/messages", lambda route: held.append(route))
    alice.write("First")
    alice.write("Second")
    expect(alice.tick("First")).to_have_attribute("aria-label", "Not sent yet")
    expect(alice.tick("Second")).to_have_attribute("aria-label", "Not sent yet")
    assert len(held) == 1  # the second waits for the first
    place = alice.message("First").bounding_box()
    alice.message("First").evaluate("element => { element.isTheSame = true }")

    held[0].continue_()
    expect(alice.tick("First")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    assert alice.message("First").bounding_box() == place
    assert alice.message("First").evaluate("element => element.isTheSame")
    held[1].continue_()
    expect(alice.tick("Second")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    alice.sees_in_order(["First", "Second"])


def test_ticks_turn_blue_when_it_was_read(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.write("Read me")
    expect(alice.tick("Read me")).to_have_class(re.compile("is-sent|is-delivered"))
    bob.open_conversation("Alice")
    expect(alice.tick("Read me")).to_have_class(re.compile("is-read"))
    expect(alice.tick("Read me")).to_have_attribute("aria-label", "Read")
    expect(alice.row("Bob").locator(".tick")).to_have_class(re.compile("is-read"))


def test_a_group_of_three(alice: Person, bob: Person, carol: Person) -> None:
    alice.open()
    alice.page.get_by_role("button", name="New conversation").first.click()
    dialog = alice.page.get_by_role("dialog")
    for other in (bob, carol):
        dialog.get_by_label("Search people").fill(other.username)
        dialog.locator(".person-note", has_text=f"@{other.username}").click()
    dialog.get_by_label("Title of the group").fill("River Team")
    dialog.get_by_role("button", name="Create group").click()
    expect(alice.title).to_have_text("River Team")
    expect(alice.page.locator(".head-subtitle")).to_contain_text("3 people")

    alice.write("Who walks the bank today?")
    for other in (bob, carol):
        other.open_conversation("River Team")
        expect(other.message("Who walks").locator(".message-author")).to_have_text("Alice")
    carol.write("I do.")
    expect(bob.message("I do.").locator(".message-author")).to_have_text("Carol")
    details = bob.page.locator("#details")
    expect(details.get_by_role("listitem").filter(has_text="Alice")).to_contain_text("admin")
    expect(details).to_contain_text("Bob (you)")


def test_a_message_that_is_refused_can_be_retried_or_discarded(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    error = {"code": "repeated", "detail": "You have sent this often. Try again in 2 hours.", "attr": None}
    refusal = {"type": "client_error", "errors": [error]}
    slowed = {"status": 429, "headers": {"Retry-After": "7200"}, "json": refusal}
    alice.page.route("**/api/messages", lambda route: route.fulfill(**slowed))
    alice.write("One")
    alice.write("Two")
    expect(alice.page.get_by_text("Not sent", exact=True)).to_have_count(2)
    expect(alice.message("One").get_by_role("alert")).to_contain_text("Try again in 2 hours.")
    alice.message("Two").get_by_role("button", name="Discard").click()
    expect(alice.message("Two")).to_have_count(0)
    alice.page.unroute("**/api/messages")
    alice.message("One").get_by_role("button", name="Retry").click()
    expect(alice.tick("One")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    bob.open_conversation("Alice")
    bob.sees_in_order(["One"])
