"""A group changes, and everybody sees it without reloading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_carol_comes_bob_goes_and_the_name_changes(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob)
    alice.open_conversation("River Team")
    bob.open_conversation("River Team")
    carol.open("/")

    alice.post(f"/conversations/{group}/participants", {"user_ids": [carol.id]})
    for member in (alice, bob):
        expect(member.log).to_contain_text("Alice added Carol")
        expect(member.page.get_by_text(re.compile("^3 people"))).to_be_visible()
    carol.open_conversation("River Team")
    carol.write("Hello everybody")
    bob.sees("Hello everybody")

    alice.patch(f"/conversations/{group}", {"title": "Lake Team"})
    for member in (alice, bob, carol):
        expect(member.title).to_have_text("Lake Team")

    alice.delete(f"/conversations/{group}/participants/{bob.id}")
    expect(bob.page.get_by_text("You are no longer in “Lake Team”.")).to_be_visible()
    expect(bob.row("Lake Team")).to_have_count(0)
    expect(bob.text).to_have_count(0)
    expect(carol.page.get_by_text(re.compile("^2 people"))).to_be_visible()
    alice.write("Only us now")
    carol.sees("Only us now")

    alice.delete(f"/conversations/{group}")
    expect(carol.page.get_by_text("“Lake Team” was deleted.")).to_be_visible()
    expect(carol.row("Lake Team")).to_have_count(0)
