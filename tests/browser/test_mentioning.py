"""Naming somebody, and emoji: what helps while writing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_people_are_offered_after_an_at_sign(alice: Person, bob: Person, carol: Person) -> None:
    alice.open(f"/c/{alice.starts_group('River Team', bob, carol)}")
    alice.text.press_sequentially("Ask @")
    offers = alice.page.get_by_role("listbox")
    expect(offers.get_by_role("option")).to_have_count(3)  # with @all, since she is the admin
    alice.text.press_sequentially("ca")
    expect(offers.get_by_role("option").first).to_contain_text("Carol")
    alice.text.press("Enter")
    expect(alice.text).to_have_value(f"Ask @{carol.username} ")
    expect(offers).to_have_count(0)
    alice.text.press_sequentially("or @")
    alice.text.press("ArrowDown")
    alice.text.press("Escape")
    expect(offers).to_have_count(0)
    alice.text.press_sequentially("b")
    offers.get_by_role("option", name="Bob").click()
    expect(alice.text).to_have_value(f"Ask @{carol.username} or @{bob.username} ")
    expect(alice.text).to_be_focused()


def test_an_at_sign_means_somebody_anywhere_but_in_words_and_addresses(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    offers = alice.page.get_by_role("listbox")
    for before in ("", "Ask ", "(", "“", "Ask:", "ご相談です", "请问", "안녕하세요", "สวัสดี", "\uff0c"):
        alice.text.fill(f"{before}@b")
        expect(offers.get_by_role("option")).to_have_text([re.compile("Bob")])
    for before in ("a", "alice.b", "7", "_", "é", "e\u0301", "https://example.org/", "a@", "\\"):
        alice.text.fill(f"{before}@b")
        expect(offers).to_have_count(0)
        alice.text.fill("@b")  # so that the next one has something to close
        expect(offers).to_have_count(1)
    alice.text.fill("请问@b")
    alice.text.press("Enter")
    expect(alice.text).to_have_value(f"请问@{bob.username} ")


def test_an_emoji_is_found_and_put_at_the_caret(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.text.fill("ab")
    alice.text.press("ArrowLeft")
    alice.page.get_by_role("button", name="Emoji", exact=True).click()
    panel = alice.page.get_by_role("dialog", name="Emoji")
    expect(panel.get_by_role("button", name="grinning face", exact=True)).to_be_visible()
    alice.page.keyboard.type("rocket")
    expect(panel.locator(".emoji").first).to_have_text("🚀")
    alice.page.keyboard.press("ArrowDown")
    alice.page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(alice.text).to_have_value("a🚀b")
    alice.page.get_by_role("button", name="Emoji", exact=True).click()
    expect(panel.get_by_role("region", name="Recent").locator(".emoji")).to_have_text("🚀")
