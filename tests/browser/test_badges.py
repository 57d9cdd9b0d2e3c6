"""The badge on a page that has nothing else of Brook's scripts, as docs/badges.md promises it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import finds_nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_one_script_brings_live_badges_to_any_page(invite: Callable[..., Person], bob: Person, carol: Person) -> None:
    alice = invite("alice", bypass_csp=True)
    direct = bob.starts_direct(alice)
    group = carol.starts_group("River Team", alice, bob)
    bob.says(direct, "One")
    alice.open("/badges")
    page = alice.page
    of_bob = page.locator(f'brook-badge[user="{bob.id}"] .badge > [aria-hidden]')
    everything = page.get_by_role("navigation").locator(".badge > [aria-hidden]")
    expect(of_bob).to_have_text(["1", "1", "1"])  # card, result, profile
    expect(everything).to_have_text("1")
    bob.says(group, "Two")
    expect(of_bob.first).to_have_text("2")
    expect(page.locator(f'brook-badge[conversation="{group}"] .badge > [aria-hidden]')).to_have_text("1")
    expect(page.locator(f'brook-badge[user="{bob.id}"] .badge').first).to_have_class("badge is-arriving")
    expect(page.get_by_role("navigation")).to_contain_text("2 unread messages")
    assert page.locator(".badge").first.evaluate("one => getComputedStyle(one).backgroundImage").startswith("linear")
    finds_nothing(alice)
    alice.post("/conversations/mark-read", {})
    expect(page.locator(".badge")).to_have_count(0)
    scripts = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not any("session.js" in name or "/vendor/lit/" in name for name in scripts)
