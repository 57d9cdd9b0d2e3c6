"""Who is typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = pytest.mark.browser


def line(person: Person) -> Locator:
    return person.page.locator(".typing-line")


def test_who_types_is_seen_until_it_is_sent(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob, carol)
    for person in (alice, bob, carol):
        person.open(f"/c/{group}")
    bob.text.press_sequentially("Hel")
    expect(line(alice)).to_have_text("Bob is typing…")
    expect(line(bob)).to_have_text("")
    expect(alice.row("River Team").locator(".row-preview")).to_have_text("Bob is typing…")
    carol.text.press_sequentially("Me")
    expect(line(alice)).to_have_text("Bob and Carol are typing…")
    bob.text.press("Enter")
    expect(line(alice)).to_have_text("Carol is typing…")
    carol.text.fill("")
    expect(line(alice)).to_have_text("")


def test_it_is_told_at_most_every_three_seconds_and_ends_by_itself(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    bob.open(f"/c/{conversation}")
    alice.page.clock.install()
    alice.open(f"/c/{conversation}")
    told: list[str | None] = []
    bob.page.on("request", lambda request: told.append(request.post_data) if "/typing" in request.url else None)
    bob.text.press_sequentially("Hello there")
    expect(line(alice)).to_have_text("Bob is typing…")
    assert len(told) == 1
    bob.page.route("**/api/realtime/typing", lambda route: route.abort())
    alice.page.clock.fast_forward(6_100)
    expect(line(alice)).to_have_text("")


def test_whoever_turned_it_off_tells_nobody(alice: Person, bob: Person) -> None:
    bob.patch("/users/me", {"preferences": {"typing": False}})
    conversation = alice.starts_direct(bob)
    bob.open(f"/c/{conversation}")
    told: list[str] = []
    bob.page.on("request", lambda request: told.append(request.url) if "/typing" in request.url else None)
    bob.text.press_sequentially("Hello")
    bob.text.press("Enter")
    bob.sees("Hello")
    assert not told
