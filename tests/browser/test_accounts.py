"""Getting in and out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.person import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_newcomer_signs_up_from_the_welcome_page(invite: Callable[..., Person]) -> None:
    dora = invite("dora", logged_in=False)
    dora.page.goto(dora.base_url)
    dora.page.get_by_role("link", name="Sign up").click()
    dora.page.get_by_label("Username").fill(dora.username)
    dora.page.get_by_label("Display name").fill("Dora Lindqvist")
    dora.page.get_by_label("Password").fill(PASSWORD)
    dora.page.get_by_role("button", name="Sign up").click()
    dora.is_live()
    expect(dora.page.get_by_role("heading", name="Hello Dora Lindqvist")).to_be_visible()
    expect(dora.page.get_by_text("No conversations yet")).to_be_visible()


def test_a_wrong_password_is_told_beside_the_form(invite: Callable[..., Person]) -> None:
    alice = invite("alice", logged_in=False)
    alice.page.goto(f"{alice.base_url}/login")
    alice.fill_in_log_in("not her password")
    expect(alice.page.get_by_role("alert")).to_contain_text(re.compile("password", re.IGNORECASE))
    expect(alice.page.get_by_label("Username")).to_have_value(alice.username)


def test_logging_in_leads_to_where_one_was_going(invite: Callable[..., Person]) -> None:
    alice = invite("alice", logged_in=False)
    alice.page.goto(f"{alice.base_url}/people")
    alice.fill_in_log_in()
    expect(alice.page.get_by_role("heading", name="People")).to_be_visible()
    assert alice.page.url == f"{alice.base_url}/people"


def test_logging_out_ends_every_tab(alice: Person) -> None:
    alice.open()
    other_tab = alice.new_page()
    other_tab.goto(alice.base_url)
    expect(other_tab.locator("html")).to_have_attribute("data-connection", "live")
    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("button", name="Log out").click()
    expect(alice.page.get_by_role("button", name="Log in")).to_be_visible()
    other_tab.wait_for_url(re.compile("/login"))


def test_an_address_that_is_not_ours_says_so(alice: Person) -> None:
    alice.page.goto(f"{alice.base_url}/c/01890000-0000-7000-8000-000000000000")
    expect(alice.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


def test_two_factor_log_in(alice: Person) -> None:
    alice.open("/settings")
    card = alice.page.get_by_role("region", name="Two-factor log-in")
    card.get_by_role("button", name="Set up").click()
    card.get_by_label("Your password").fill(PASSWORD)
    card.get_by_role("button", name="Continue").click()
    expect(card.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    totp = pyotp.TOTP(card.locator(".secret").inner_text().replace(" ", ""))
    card.get_by_label("The code of your app").fill("000000")
    card.get_by_role("button", name="Turn on").click()
    expect(card.get_by_role("alert")).to_contain_text("This code is wrong")
    card.get_by_label("The code of your app").fill(totp.now())
    card.get_by_role("button", name="Turn on").click()
    codes = card.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    recovery_code = codes.first.inner_text()
    card.get_by_role("button", name="I have kept them").click()
    expect(card.get_by_text("You have 10 recovery codes left")).to_be_visible()
    alice.page.get_by_role("banner").get_by_role("button", name="Log out").click()
    alice.fill_in_log_in()
    expect(alice.page.get_by_role("heading", name="One more step")).to_be_visible()
    alice.page.get_by_label("Code").fill(recovery_code)
    alice.page.get_by_role("button", name="Log in").click()
    alice.is_live()
