"""Finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = pytest.mark.browser


def box(person: Person) -> Locator:
    return person.page.get_by_label("Search conversations and people")


def found(person: Person) -> Locator:
    return person.page.locator("brook-conversation-list .found")


def test_a_message_is_found_and_gone_to(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "The old mill has a new gauge")
    for number in range(60):
        bob.says(conversation, f"Line {number}")
    alice.open()
    alice.page.keyboard.press("Control+k")
    alice.page.keyboard.type("mill")
    expect(found(alice)).to_have_count(1)
    expect(found(alice).locator("mark")).to_have_text("mill")
    found(alice).click()
    expect(alice.message("The old mill")).to_be_in_viewport()
    expect(alice.page).to_have_url(re.compile(rf"/c/{conversation}/1$"))


def test_people_conversations_and_messages_at_once(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("Bobsleigh", bob)
    alice.says(group, "Where is bob?")
    alice.open()
    box(alice).fill("bob")
    expect(alice.row("Bobsleigh")).to_be_visible()
    expect(alice.page.get_by_role("heading", name="People")).to_be_visible()
    expect(found(alice)).to_contain_text("Where is bob?")
    box(alice).press("Escape")
    expect(found(alice)).to_have_count(0)
    assert carol.id


def test_filters_are_offered_and_narrow(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob, carol)
    bob.says(group, "The gauge is up")
    carol.says(group, "The gauge is down https://example.org")
    alice.open()
    box(alice).fill("gauge")
    expect(found(alice)).to_have_count(2)
    box(alice).press("End")
    alice.page.get_by_role("button", name="from:").click()
    expect(box(alice)).to_have_value("gauge from:")
    alice.page.keyboard.type(bob.username)
    expect(found(alice)).to_have_count(1)
    expect(found(alice)).to_contain_text("up")
    box(alice).fill("has:link")
    expect(found(alice)).to_contain_text("down")
    box(alice).fill("from:nobody-at-all")
    expect(alice.page.get_by_text("Nothing found")).to_be_visible()


def test_a_search_that_fails_can_be_tried_again(alice: Person, bob: Person) -> None:
    bob.says(bob.starts_direct(alice), "Heron on the weir")
    alice.open()
    alice.page.route("**/api/messages/search?*", lambda route: route.abort())
    box(alice).fill("heron")
    expect(alice.page.get_by_text("The server cannot be reached.")).to_be_visible()
    alice.page.unroute("**/api/messages/search?*")
    alice.page.get_by_role("button", name="Try again").click()
    expect(found(alice)).to_have_count(1)


def test_pinned_muted_mentioned_and_archived_in_the_list(alice: Person, bob: Person, carol: Person) -> None:
    group = bob.starts_group("River Team", alice)
    other = carol.starts_direct(alice)
    alice.open()
    bob.says(group, f"@{alice.username} come")
    carol.says(other, "Hello")
    expect(alice.row("River Team").locator(".is-mention")).to_be_visible()
    expect(alice.page.locator("a.row .row-title").first).to_contain_text("Carol")
    alice.patch(f"/conversations/{group}/me", {"pinned": True, "notification_level": "none"})
    expect(alice.page.locator("a.row .row-title").first).to_contain_text("River Team")
    expect(alice.row("River Team").get_by_role("img", name="Pinned")).to_be_visible()
    expect(alice.row("River Team").get_by_role("img", name="Muted")).to_be_visible()
    alice.page.get_by_role("button", name="Mentions").click()
    expect(alice.page.locator("a.row")).to_have_count(1)
    alice.page.get_by_role("button", name="All", exact=True).click()
    alice.patch(f"/conversations/{other}/me", {"archived": True})
    expect(alice.row("Carol")).to_have_count(0)
    alice.page.get_by_role("button", name="Archived").click()
    expect(alice.row("Carol")).to_be_visible()


def test_in_the_conversation_that_is_open(alice: Person, bob: Person) -> None:
    group = alice.starts_group('The "old" mill', bob)
    for where in (group, bob.starts_direct(alice)):
        bob.says(where, "The gauge is up")
    alice.open(f"/c/{group}")
    alice.page.get_by_role("button", name="Search in this conversation").click()
    expect(box(alice)).to_be_focused()
    alice.page.keyboard.type("gauge")
    expect(found(alice)).to_have_count(1)
