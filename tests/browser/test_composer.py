"""Writing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def talking(alice: Person, bob: Person) -> Person:
    """Alice in the conversation with Bob."""
    alice.open(f"/c/{alice.starts_direct(bob)}")
    expect(alice.text).to_be_focused()
    return alice


def test_enter_sends_and_shift_enter_breaks_the_line(talking: Person) -> None:
    talking.text.press_sequentially("above")
    talking.text.press("Shift+Enter")
    talking.text.press_sequentially("below")
    expect(talking.messages).to_have_count(0)
    talking.text.press("Enter")
    expect(talking.message("above\nbelow")).to_have_count(1)
    expect(talking.text).to_have_value("")
    expect(talking.text).to_be_focused()


def test_enter_that_ends_a_composition_does_not_send(talking: Person) -> None:
    talking.text.fill("にほん")
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        talking.text.dispatch_event("keydown", {"key": "Enter", "bubbles": True, **composing})
    expect(talking.text).to_have_value("にほん")
    expect(talking.messages).to_have_count(0)
    talking.text.press("Enter")
    talking.sees("にほん")


def test_nothing_but_spaces_is_not_sent(talking: Person) -> None:
    talking.write("  \n ")
    expect(talking.text).to_have_value("  \n ")
    expect(talking.messages).to_have_count(0)


def test_a_draft_is_kept_for_its_conversation(talking: Person, carol: Person) -> None:
    talking.starts_direct(carol)
    talking.text.fill("Half a thought")
    talking.open_conversation("Carol")
    expect(talking.text).to_have_value("")
    talking.page.reload()
    talking.is_live()
    talking.open_conversation("Bob")
    expect(talking.text).to_have_value("Half a thought")
    talking.text.press("Enter")
    expect(talking.tick("Half a thought")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    talking.page.reload()
    expect(talking.text).to_have_value("")


def test_the_box_grows_with_the_text_and_stops(talking: Person) -> None:
    def height() -> float:
        box = talking.text.bounding_box()
        assert box
        return box["height"]

    one_line = height()
    talking.text.fill("1\n2\n3")
    assert height() > one_line * 1.5
    talking.text.fill("\n" * 60)
    assert height() < 300
