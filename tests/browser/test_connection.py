"""The connection goes away and comes back."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.services import wait_until

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.browser.proxy import Proxy
    from tests.server import Server

pytestmark = pytest.mark.browser


def test_a_restart_loses_nothing_and_says_what_is_going_on(server: Server, alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    bob.open(f"/c/{conversation}")
    alice.write("Before")
    bob.sees("Before")

    server.stop()
    banner = alice.page.get_by_text("What you write is sent when you are back.")
    alice.write("Written while it was away")
    expect(alice.tick("Written while")).to_have_attribute("aria-label", "Not sent yet")
    expect(banner).to_be_visible()
    stream = "**/api/realtime/*"
    alice.page.route(stream, lambda route: route.abort())  # that she comes back is her doing, not her next try's
    server.start()
    bob.says(conversation, "Said by another device")
    alice.page.unroute(stream)
    alice.page.get_by_role("button", name="Retry now").click()
    bob.page.evaluate("dispatchEvent(new Event('online'))")  # his next try by himself may be half a minute away

    expect(banner).to_have_count(0)
    expect(alice.tick("Written while")).to_have_attribute("aria-label", re.compile("Sent|Delivered|Read"))
    for person in (alice, bob):
        person.sees("Before")
        person.sees("Said by another device")
        person.sees("Written while it was away")
        expect(person.messages).to_have_count(3)


def test_offline_messages_wait_in_order_and_go_out_once(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    alice.context.set_offline(True)
    for text in ("One", "Two", "Three"):
        alice.write(text)
    for text in ("One", "Two", "Three"):
        expect(alice.tick(text)).to_have_attribute("aria-label", "Not sent yet")
    alice.context.set_offline(False)
    bob.open_conversation("Alice")
    bob.sees_in_order(["One", "Two", "Three"])
    alice.sees_in_order(["One", "Two", "Three"])


def test_an_answer_that_got_lost_makes_no_second_message(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    lost: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        response = route.fetch()
        lost.append(response.status)
        if len(lost) == 1:
            route.abort()
        else:
            route.fulfill(response=response)

    alice.page.route("**/api/messages", lose_the_first_answer)
    alice.write("Only once")
    expect(alice.tick("Only once")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    bob.open_conversation("Alice")
    bob.sees_in_order(["Only once"])
    alice.sees_in_order(["Only once"])


def test_a_reset_loads_everything_anew(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    bob.says(conversation, "Seen before")
    alice.sees("Seen before")
    alice.context.set_offline(True)
    expect(alice.page.locator("html")).to_have_attribute("data-connection", "offline")
    bob.says(conversation, "Said meanwhile")
    resets: list[str] = []
    alice.page.on("request", lambda request: resets.append(request.url))
    alice.page.evaluate("import('/static/js/session.js').then(({realtime}) => { realtime.cursor = 'foreign.1' })")
    alice.context.set_offline(False)
    alice.sees("Said meanwhile")
    assert any("foreign.1" in url for url in resets)
    assert f"{alice.base_url}/api/unread-counts" in resets
    bob.says(conversation, "And live again")
    alice.sees_in_order(["Seen before", "Said meanwhile", "And live again"])


def becomes(page: Page, status: str, transport: str = "stream") -> None:
    """Waits until the page's connection is so."""
    wanted = {"state": status, "transport": transport}
    assert wait_until(lambda: wanted.items() <= page.evaluate("brook.status()").items(), 15)


def test_a_page_whose_place_was_needed_stays_away_until_it_is_looked_at(alice: Person) -> None:
    alice.open()
    becomes(alice.page, "live")
    cookies = {cookie["name"]: cookie["value"] for cookie in alice.context.cookies()}
    with contextlib.ExitStack() as stack:
        elsewhere = stack.enter_context(httpx.Client(base_url=alice.base_url, cookies=cookies))
        streams = [stack.enter_context(elsewhere.stream("GET", "/api/realtime/stream")) for _ in range(10)]
        assert {stream.status_code for stream in streams} == {200}
        becomes(alice.page, "offline")
        assert alice.page.evaluate("brook.status().staysAway")
    alice.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    becomes(alice.page, "live")


def test_clients_tell_how_their_connection_has_been(proxy: Proxy, alice: Person) -> None:
    """When they leave a page, at most once a minute: what was not told is told by the next page."""
    alice.base_url = proxy.base_url
    address = "/api/realtime/client-metrics"

    def told() -> int:
        return sum(address in line for line in proxy.asked)

    alice.open()
    alice.page.evaluate("states = []; addEventListener('brook:status', ({ detail }) => states.push(detail.state))")
    alice.context.set_offline(True)
    expect(alice.page.locator("html")).to_have_attribute("data-connection", "offline")
    alice.context.set_offline(False)
    alice.is_live()
    states = alice.page.evaluate("states")
    assert states.index("offline") < states.index("live")
    for path in ("/people", "/settings"):
        alice.open(path)
    assert wait_until(lambda: told() == 1, 15)
    with alice.page.expect_response(f"**{address}") as answer:
        alice.page.evaluate("import('/static/js/session.js').then(({ realtime }) => realtime.report.report())")
    assert answer.value.status == 204
    counts = answer.value.request.post_data_json or {}
    assert counts["connects"] == 2
    assert told() == 2
