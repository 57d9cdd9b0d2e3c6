"""What one sets for oneself."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.person import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_name_picture_and_status_are_seen_at_once(alice: Person, bob: Person) -> None:
    bob.open(f"/c/{bob.starts_direct(alice)}")
    alice.open("/")
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("link", name="Settings").click()
    alice.is_live()
    page = alice.page
    page.get_by_label("Name", exact=True).fill("Alice Sorel")
    page.get_by_role("button", name="Save name").click()
    expect(bob.title).to_have_text("Alice Sorel")
    data = io.BytesIO()
    Image.new("RGB", (300, 300), "#8e59cc").save(data, "PNG")
    page.get_by_label("Choose a picture of yourself").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": data.getvalue()}
    )
    expect(bob.row("Alice Sorel").locator("img")).to_be_visible()
    page.get_by_role("button", name="Emoji of the status").click()
    page.keyboard.type("train")
    page.keyboard.press("Enter")
    page.get_by_label("Status", exact=True).fill("on my way")
    page.get_by_label("Goes away").select_option("1 hour")
    page.get_by_role("button", name="Save status").click()
    expect(bob.page.locator(".head-subtitle")).to_contain_text("on my way")
    expect(page.get_by_text("It goes away today")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(bob.page.locator(".head-subtitle")).not_to_contain_text("on my way")
    page.get_by_role("button", name="Remove the picture").click()
    expect(bob.row("Alice Sorel").locator("img")).to_have_count(0)


def test_switches_are_the_same_in_every_window(alice: Person) -> None:
    alice.open("/settings")
    other = alice.new_page()
    other.goto(f"{alice.base_url}/settings")
    expect(other.get_by_role("switch", name="Typing")).to_be_checked()
    alice.page.get_by_role("switch", name="Typing").uncheck()
    expect(other.get_by_role("switch", name="Typing")).not_to_be_checked()


def test_the_colours_stay(alice: Person) -> None:
    alice.open("/settings")
    alice.page.get_by_label("Dark").check()
    expect(alice.page.locator("html")).to_have_attribute("data-theme", "dark")
    alice.open("/")
    expect(alice.page.locator("html")).to_have_attribute("data-theme", "dark")
    alice.open("/settings")
    alice.page.get_by_label("Like the system").check()
    alice.open("/")
    assert alice.page.locator("html").get_attribute("data-theme") is None


def test_the_password_and_the_other_devices(invite: Callable[..., Person], alice: Person) -> None:
    elsewhere = invite("alice", logged_in=False)
    elsewhere.page.goto(f"{alice.base_url}/login")
    elsewhere.fill_in_log_in()
    elsewhere.is_live()
    alice.open("/settings")
    devices = alice.page.locator(".device").filter(has_text="Log out")
    expect(devices).to_have_count(1)
    devices.get_by_role("button").click()
    expect(elsewhere.page.get_by_role("button", name="Log in")).to_be_visible()

    alice.page.get_by_label("Password now").fill("wrong")
    alice.page.get_by_label("New password").fill("a completely new sentence")
    alice.page.get_by_role("button", name="Change password").click()
    expect(alice.page.get_by_role("alert")).to_have_text("This is not your password.")
    alice.page.get_by_label("Password now").fill(PASSWORD)
    alice.page.get_by_role("button", name="Change password").click()
    expect(alice.page.get_by_text("Your password is changed.")).to_be_visible()


def test_blocked_people(alice: Person, bob: Person) -> None:
    alice.put(f"/users/{bob.id}/block", {})
    alice.open("/settings")
    alice.page.get_by_role("button", name="Unblock Bob").click()
    expect(alice.page.get_by_text("Nobody. You can block somebody")).to_be_visible()


def test_deleting_the_account(alice: Person, bob: Person) -> None:
    conversation_id = bob.starts_direct(alice)
    alice.says(conversation_id, "so long")
    bob.open(f"/c/{conversation_id}")
    expect(bob.title).to_have_text("Alice")
    alice.open("/settings")
    form = alice.page.get_by_role("region", name="Delete my account")
    form.get_by_label("Remove my messages").check()
    for password in ("wrong", PASSWORD):
        form.get_by_label("Your password, to delete the account").fill(password)
        form.get_by_role("button", name="Delete my account").click()
        alice.page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
        if password == "wrong":
            expect(form.get_by_role("alert")).to_have_text("This is not your password.")
    expect(alice.page.get_by_role("button", name="Log in")).to_be_visible()
    expect(bob.title).to_have_text("Deleted account")
    expect(bob.message("so long")).to_have_count(0)
