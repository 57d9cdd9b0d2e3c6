"""A message that should not be there is told to the people who run the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import finds_nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_reporting_a_message(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", bypass_csp=True)
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Buy now!")
    alice.open(f"/c/{conversation}")
    alice.message("Buy now!").focus()
    alice.page.keyboard.press("Enter")
    alice.page.get_by_role("menuitem", name="Report").click()
    dialog = alice.page.get_by_role("dialog", name="Report this message")
    expect(dialog).to_contain_text("Buy now!")
    dialog.get_by_label("Reason").select_option("Harassment")
    dialog.get_by_label("What they should know").fill("Every day.")
    finds_nothing(alice)
    with alice.page.expect_request("**/report") as asked:
        dialog.get_by_role("button", name="Report", exact=True).click()
    assert asked.value.post_data_json == {"reason": "harassment", "note": "Every day."}
    expect(alice.page.get_by_text("Thank you.")).to_be_visible()
    expect(dialog).to_have_count(0)
    alice.write("Mine")
    expect(alice.tick("Mine")).to_have_class(re.compile("is-sent|is-delivered"))  # then its line is drawn anew no more
    alice.message("Mine").focus()
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    expect(alice.page.get_by_role("menuitem", name="Report")).to_have_count(0)
