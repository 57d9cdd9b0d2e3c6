"""On a phone: one thing at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def test_list_conversation_details_and_back(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", **PHONE)
    conversation = bob.starts_group("A title that is longer than any phone is wide, and then some", alice)
    bob.says(conversation, "Donaudampfschifffahrtsgesellschaft" * 8)
    bob.says(conversation, "```\n" + "wide " * 60 + "\n```")
    alice.open()
    expect(alice.title).to_be_hidden()
    expect(alice.page.get_by_role("main")).to_have_accessible_name("Conversations")  # one alone, or it is an error
    assert alice.page.evaluate(FITS)
    alice.page.locator("a.row").first.tap()
    expect(alice.title).to_be_visible()
    expect(alice.page.get_by_role("main")).to_contain_text("A title that is longer")
    expect(alice.page.locator(".side")).to_be_hidden()
    expect(alice.text).not_to_be_focused()
    assert alice.text.evaluate("text => text.clientHeight < 2 * parseFloat(getComputedStyle(text).lineHeight)")
    assert alice.page.evaluate(FITS)
    expect(alice.messages).to_have_count(2)  # not the skeleton's, which has bubbles too
    for bubble in alice.log.locator(".bubble").all():
        assert bubble.evaluate("bubble => bubble.scrollWidth <= bubble.clientWidth")
    alice.page.get_by_role("button", name="Details", exact=True).tap()
    expect(alice.page.locator("#details")).to_be_visible()
    alice.page.get_by_role("button", name="Close details").tap()
    expect(alice.page.locator("#details")).to_be_hidden()
    alice.page.get_by_role("link", name="Back to conversations").tap()
    expect(alice.page.locator(".side")).to_be_visible()
    expect(alice.title).to_be_hidden()
    alice.page.set_viewport_size({"width": 720, "height": 740})  # the list and the place of a conversation
    expect(alice.page.get_by_role("main")).to_contain_text("Choose a conversation")


@pytest.mark.parametrize("path", ["/", "/people", "/settings"])
def test_no_page_is_wider_than_the_screen(alice: Person, path: str) -> None:
    alice.open(path)
    for width in (360, 719, 720, 1099, 1100, 2560):
        alice.page.set_viewport_size({"width": width, "height": 800})
        assert alice.page.evaluate(FITS)
