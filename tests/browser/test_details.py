"""What there is to know and to set about a conversation."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def details(person: Person) -> Locator:
    return person.page.locator("#details")


def member(person: Person, name: str) -> Locator:
    return details(person).locator("brook-members li").filter(has_text=name)


def answers(person: Person, button: str) -> None:
    person.page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


def test_people_are_added_given_roles_and_removed(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob)
    alice.open(f"/c/{group}")
    bob.open(f"/c/{group}")
    details(alice).get_by_role("button", name="Add people").click()
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_label("Search people").fill(carol.username)
    dialog.locator(".person-note", has_text=f"@{carol.username}").click()
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(member(bob, "Carol")).to_be_visible()

    member(alice, "Carol").get_by_role("button").click()
    alice.page.get_by_role("menuitem", name="Make moderator").click()
    expect(member(bob, "Carol")).to_contain_text("moderator")
    expect(member(bob, "Carol").get_by_role("button")).to_be_visible()
    member(bob, "Carol").get_by_role("button").click()
    expect(bob.page.get_by_role("menuitem", name=re.compile("Make|Remove"))).to_have_count(0)
    bob.page.keyboard.press("Escape")

    member(alice, "Carol").get_by_role("button").click()
    alice.page.get_by_role("menuitem", name="Remove from the group").click()
    answers(alice, "Remove")
    expect(member(bob, "Carol")).to_have_count(0)


def test_title_description_and_picture_change_for_everybody(alice: Person, bob: Person) -> None:
    group = alice.starts_group("River Team", bob)
    alice.open(f"/c/{group}")
    bob.open(f"/c/{group}")
    details(alice).get_by_role("button", name="Edit", exact=True).click()
    details(alice).get_by_label("Title").fill("Bank Walkers")
    details(alice).get_by_label("Description").fill("Who walks the bank today.")
    details(alice).get_by_role("button", name="Save").click()
    expect(bob.title).to_have_text("Bank Walkers")
    expect(details(bob)).to_contain_text("Who walks the bank today.")
    expect(details(bob).get_by_role("button", name="Edit", exact=True)).to_have_count(0)
    data = io.BytesIO()
    Image.new("RGB", (300, 300), "#2fcf8d").save(data, "PNG")
    details(alice).get_by_label("Choose a picture of the group").set_input_files(
        {"name": "river.png", "mimeType": "image/png", "buffer": data.getvalue()}
    )
    expect(details(bob).locator(".details-face img")).to_be_visible()
    expect(bob.row("Bank Walkers").locator("img")).to_be_visible()


def test_a_link_is_made_shown_as_a_code_and_revoked(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.starts_group("River Team", bob)
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    alice.open(f"/c/{group}")
    panel = details(alice)
    panel.get_by_role("button", name="New invite link").click()
    panel.get_by_label("May be used").select_option("10 times")
    panel.get_by_role("button", name="Create link").click()
    url = panel.get_by_label("Address of the invite").input_value()
    expect(panel.locator(".invite")).to_contain_text("10 left")
    panel.get_by_role("button", name="QR code").click()
    expect(panel.get_by_role("img", name="QR code of the link")).to_be_visible()
    panel.get_by_role("button", name="Copy the link").click()
    expect(alice.page.get_by_text("The link is copied.")).to_be_visible()
    assert alice.page.evaluate("navigator.clipboard.readText()") == url

    carol.page.goto(url)
    carol.page.get_by_role("button", name="Join").click()
    expect(member(alice, "Carol")).to_be_visible()
    panel.get_by_role("button", name="Revoke the link").click()
    expect(panel).to_contain_text("Nobody can join by a link now.")


def test_the_last_admin_names_a_successor(alice: Person, bob: Person) -> None:
    group = alice.starts_group("River Team", bob)
    alice.open(f"/c/{group}")
    bob.open(f"/c/{group}")
    details(alice).get_by_role("button", name="Leave the group").click()
    answers(alice, "Leave")
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_label("New admin").select_option("Bob")
    answers(alice, "Leave")
    expect(alice.row("River Team")).to_have_count(0)
    expect(member(bob, "Bob")).to_contain_text("admin")

    details(bob).get_by_role("button", name="Delete the group").click()
    answers(bob, "Cancel")
    expect(bob.title).to_have_text("River Team")
    details(bob).get_by_role("button", name="Delete the group").click()
    answers(bob, "Delete")
    expect(bob.row("River Team")).to_have_count(0)


def test_ones_own_side_is_the_same_in_every_window(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    other = alice.new_page()
    other.goto(f"{alice.base_url}/c/{conversation}")
    panel = details(alice)
    panel.get_by_role("button", name="Pin to the top").click()
    expect(other.get_by_role("button", name="Unpin from the top")).to_be_visible()
    panel.get_by_label("Notifications").select_option("Only mentions")
    expect(other.get_by_role("combobox", name="Notifications")).to_have_value("mentions")
    panel.get_by_label("Mute", exact=True).select_option("8 hours")
    expect(other.locator("a.row").get_by_role("img", name="Muted")).to_be_visible()
    panel.get_by_role("button", name="Archive").click()
    expect(other.get_by_role("button", name="Take out of the archive")).to_be_visible()


def test_somebody_is_blocked_and_unblocked(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    details(alice).get_by_role("button", name="Block Bob").click()
    answers(alice, "Block")
    details(alice).get_by_role("button", name="Unblock Bob").click()
    expect(details(alice).get_by_role("button", name="Block Bob", exact=True)).to_be_visible()


def test_a_name_of_ones_own_for_a_conversation(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    details(alice).get_by_role("button", name="Call this conversation something else").click()
    details(alice).get_by_label("Name for this conversation, for you alone").fill("My brother")
    details(alice).get_by_role("button", name="Save").click()
    expect(alice.title).to_have_text("My brother")
    expect(alice.row("My brother")).to_be_visible()
