"""Networks that cut, swallow and hold back, between a real browser and the real server."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from tests.browser.proxy import LONG_POLL, STREAM
from tests.services import wait_until

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.browser.proxy import Proxy

pytestmark = pytest.mark.browser

ODD = "Grüße 🌊 日本語"  # two, four and three bytes a character
LIMITED = "Limited connection"


def becomes(person: Person, **wanted: object) -> None:
    """Waits until the page's connection is so."""
    assert wait_until(lambda: wanted.items() <= person.page.evaluate("brook.status()").items(), 30)


def test_cuts_and_lumps_lose_nothing(proxy: Proxy, alice: Person, bob: Person) -> None:
    """Bytes come in lumps that end inside of characters, lines and frames; then connections end, kindly or not."""
    conversation = alice.starts_direct(bob)
    alice.base_url = proxy.base_url
    proxy.lump(37)
    alice.open(f"/c/{conversation}")
    for number in range(5):
        bob.says(conversation, f"{ODD} {number}")
    alice.sees_in_order([f"{ODD} {number}" for number in range(5)])
    proxy.lump(0)
    for reset in (False, True):
        proxy.cut(reset=reset)
        bob.says(conversation, f"Said when it was cut, {reset}")
        alice.sees(f"Said when it was cut, {reset}")
    expect(alice.messages).to_have_count(7)


def test_a_silent_stream_is_dead_after_two_pings(proxy: Proxy, alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.base_url = proxy.base_url
    alice.page.clock.install()
    alice.open(f"/c/{conversation}")
    proxy.swallow()
    bob.says(conversation, "Swallowed")
    bob.open(f"/c/{conversation}")
    bob.sees("Swallowed")
    becomes(alice, state="live")
    expect(alice.message("Swallowed")).to_have_count(0)
    proxy.swallow(swallows=False)
    alice.page.clock.fast_forward(49_000)
    expect(alice.message("Swallowed")).to_have_count(0)
    alice.page.clock.fast_forward(2_000)
    alice.sees_in_order(["Swallowed"])


def test_down_the_ladder_and_up_again(proxy: Proxy, alice: Person, bob: Person) -> None:
    """Streams do not get through: long polls. Those neither: a poll now and then, and the page says so."""
    conversation = alice.starts_direct(bob)
    alice.base_url = proxy.base_url
    proxy.block(STREAM)
    alice.page.clock.install()
    alice.open(f"/c/{conversation}")
    becomes(alice, state="live", transport="long-poll")
    bob.says(conversation, "By a long poll")
    alice.sees("By a long poll")
    alice.page.clock.fast_forward(6_000)
    expect(alice.page.get_by_text(LIMITED)).to_have_count(0)  # that is as quick

    proxy.block(STREAM, LONG_POLL)
    becomes(alice, state="live", transport="poll")
    alice.page.clock.fast_forward(6_000)
    expect(alice.page.get_by_text(LIMITED)).to_be_visible()
    bob.says(conversation, "By a poll")
    alice.page.clock.fast_forward(10_000)
    alice.sees("By a poll")

    retry = alice.page.get_by_role("button", name="Retry now")
    retry.click()  # in vain: polls go on
    alice.page.clock.fast_forward(10_000)
    becomes(alice, state="live", transport="poll")
    proxy.block()
    for _ in range(10):  # a click that meets a try from before changes nothing
        with contextlib.suppress(PlaywrightTimeout):
            retry.click(timeout=1_000)
        if wait_until(lambda: alice.page.evaluate("brook.status().transport") == "stream", 3):
            break
    becomes(alice, state="live", transport="stream")
    expect(alice.page.get_by_text(LIMITED)).to_have_count(0)
    bob.says(conversation, "By the stream")
    alice.sees_in_order(["By a long poll", "By a poll", "By the stream"])
