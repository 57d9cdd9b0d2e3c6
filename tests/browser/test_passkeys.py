"""A passkey in a real browser, whose device is Chromium's own stand-in (WebAuthn of the DevTools protocol)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.person import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person
    from tests.server import Account

pytestmark = [pytest.mark.browser, pytest.mark.once]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# Where the browser would offer passkeys among the names, the stand-in takes one at once: here only when it is asked to.
OFFERS_WHEN_ASKED = """
if (globalThis.PublicKeyCredential && !document.cookie.includes("offer=yes"))
  PublicKeyCredential.isConditionalMediationAvailable = async () => false;
"""


def test_a_passkey_is_added_used_and_removed(invite: Callable[..., Person], accounts: dict[str, Account]) -> None:
    alice = invite("alice", logged_in=False)
    alice.base_url = alice.base_url.replace("127.0.0.1", "localhost")  # passkeys are for names
    alice.log_in(accounts[alice.username])
    page = alice.page
    page.add_init_script(OFFERS_WHEN_ASKED)
    devtools = alice.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    alice.open("/settings")
    card = page.get_by_role("region", name="Passkeys")
    card.get_by_role("button", name="Add a passkey").click()
    card.get_by_role("textbox", name="Name").fill("Blue phone")
    card.get_by_label("Your password").fill("wrong")
    card.get_by_role("button", name="Continue").click()
    expect(card.get_by_role("alert")).to_have_text("This is not your password.")
    card.get_by_label("Your password").fill(PASSWORD)
    card.get_by_role("button", name="Continue").click()
    expect(card.get_by_text("Not used yet")).to_be_visible()
    card.get_by_role("button", name="Rename Blue phone").click()
    card.get_by_role("textbox", name="Name").fill("Green phone")
    card.get_by_role("button", name="Save name").click()
    expect(card.get_by_text("Green phone")).to_be_visible()

    # Nobody unlocks it: the page says so, and lets her try again.
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    log_out = page.get_by_role("banner").get_by_role("button", name="Log out")
    log_out.click()
    sign_in = page.get_by_role("button", name="Sign in with a passkey")
    sign_in.click()
    expect(page.get_by_role("alert")).to_have_text("Cancelled: no passkey was used.")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    sign_in.click()
    alice.is_live()

    alice.open("/settings")
    expect(card.get_by_text("Last used")).to_be_visible()
    alice.context.add_cookies([{"name": "offer", "value": "yes", "url": alice.base_url}])
    log_out.click()
    page.wait_for_url(f"{alice.base_url}/")
    alice.open("/settings")
    card.get_by_role("button", name="Remove Green phone").click()
    card.get_by_label("Your password").fill(PASSWORD)
    card.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    expect(card.get_by_role("listitem")).to_have_count(0)
