"""Who is here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = pytest.mark.browser


def dot(place: Locator) -> Locator:
    return place.locator(".presence")


def test_somebody_comes_and_is_away(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    expect(dot(alice.row("Bob"))).to_have_count(0)
    bob.open()
    expect(dot(alice.row("Bob"))).to_have_class(re.compile("is-online"))
    expect(alice.page.locator(".head-subtitle")).to_have_text("online")
    expect(dot(bob.row("Alice"))).to_have_class(re.compile("is-online"))
    bob.post("/presence/heartbeat", {"status": "away"})
    expect(dot(alice.row("Bob"))).to_have_class(re.compile("is-away"))
    expect(alice.page.locator(".head-subtitle")).to_have_text("away")
    bob.post("/presence/heartbeat", {"status": "invisible"})
    expect(dot(alice.row("Bob"))).to_have_count(0)
    expect(alice.page.locator(".head-subtitle")).to_contain_text("last seen")


def test_how_many_of_a_group_are_here(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob, carol)
    alice.open(f"/c/{group}")
    subtitle = alice.page.locator(".head-subtitle")
    expect(subtitle).to_have_text("3 people · 1 online")
    bob.open()
    expect(subtitle).to_have_text("3 people · 2 online")


def test_cards_and_profiles_show_who_is_here(alice: Person, bob: Person) -> None:
    alice.starts_direct(bob)
    bob.open()
    alice.open(f"/people?search={bob.username}")  # more are here than a page shows
    expect(dot(alice.page.locator(f'[data-person="Bob {bob.username}"]'))).to_have_class(re.compile("is-online"))
    alice.open(f"/people/{bob.username}")
    expect(dot(alice.page.locator(".profile-face"))).to_be_visible()


def test_the_page_says_what_is_open_and_that_it_went_away(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.page.clock.install()
    beats: list[object] = []
    alice.page.on(
        "request", lambda request: beats.append(request.post_data_json) if "heartbeat" in request.url else None
    )
    alice.open()
    with alice.page.expect_request("**/heartbeat"):
        alice.open_conversation("Bob")
    assert beats[-1] == {"status": "online", "conversation_id": conversation}
    with alice.page.expect_request("**/heartbeat"):
        alice.page.clock.fast_forward(31_000)
    hide = "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
    with alice.page.expect_request("**/heartbeat"):
        alice.page.evaluate(f"{hide} document.dispatchEvent(new Event('visibilitychange'))")
    alice.page.evaluate("localStorage.setItem('brook.looked_at', Date.now() + 100_000)")  # another tab of hers
    alice.page.clock.fast_forward(302_000)
    assert beats[-1] == {"status": "online"}
    with alice.page.expect_request(lambda request: "heartbeat" in request.url and "away" in (request.post_data or "")):
        alice.page.clock.fast_forward(131_000)
