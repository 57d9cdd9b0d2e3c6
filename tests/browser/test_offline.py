"""Without the server: the last conversations are there, and what is written goes out afterwards."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_outbox import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.person import Person
    from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.once]


@contextlib.contextmanager
def without(server: Server) -> Iterator[None]:
    """The server is away, and there again in the end."""
    server.stop()
    try:
        yield
    finally:
        server.start()


IN_CHARGE = "() => Boolean(navigator.serviceWorker.controller)"
SAVE = "import('/static/js/session.js').then(({ snapshots }) => snapshots.save())"
NEWER = "import('/static/js/local/worker.js').then(({ register }) => register('?next')).then(() => {})"
KEPT_ROWS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("brook");
  opening.onsuccess = () => {
    const parts = ["outbox", "pages", "histories"];
    const reading = opening.result.transaction(parts);
    const asked = parts.map((part) => reading.objectStore(part).count());
    reading.oncomplete = () => {
      opening.result.close();
      resolve(asked.map(({ result }) => result));
    };
  };
})"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) found.push([url, await (await cache.match(url)).text()]);
  }
  return found;
}"""


def test_conversations_are_read_and_written_without_the_server(
    server: Server, invite: Callable[..., Person], bob: Person
) -> None:
    alice = invite("alice", service_workers="allow")
    conversation = bob.starts_direct(alice)
    other = bob.starts_group("River Team", alice)
    for text in ("First", "Second"):
        bob.says(conversation, text)
    first = bob.context.request.get(f"{bob.base_url}/api/conversations/{conversation}/messages").json()["results"][0]
    bob.put(f"/messages/{first['id']}/pin", {})
    bob.says(other, "Never opened")
    alice.open(f"/c/{conversation}")
    alice.sees("Second")
    alice.page.wait_for_function(IN_CHARGE)
    alice.page.evaluate(SAVE)
    alice.page.evaluate("import('/static/js/session.js').then(({ snapshots }) => snapshots.fetchOthers())")

    with without(server):
        alice.page.goto(f"{alice.base_url}/c/{conversation}")
        alice.sees_in_order(["First", "Second"])
        expect(alice.title).to_have_text("Bob")
        alice.write("Written on the train")
        alice.page.wait_for_function(KEPT)
        alice.page.reload()
        expect(alice.tick("Written on")).to_have_attribute("aria-label", "Not sent yet")
        alice.row("River Team").click()
        alice.sees_in_order(["Never opened"])
        alice.page.get_by_role("button", name="Your account").click()
        expect(alice.page.locator("#me-menu")).to_contain_text(f"@{alice.username}")
        alice.page.keyboard.press("Escape")
        alice.page.goto(f"{alice.base_url}/people")
        expect(alice.page.get_by_role("heading", name="You are offline")).to_be_visible()
        alice.page.get_by_role("link", name="Go to the conversations").click()
        alice.row("Bob").click()
        alice.sees_in_order(["First", "Second", "Written on the train"])
        expect(alice.page.locator(".pinned-bar")).to_have_count(0)

    bob.says(conversation, "Said meanwhile")
    alice.page.evaluate("dispatchEvent(new Event('online'))")
    alice.is_live()
    alice.sees("Said meanwhile")
    expect(alice.page.locator(".pinned-bar")).to_contain_text("First")
    expect(alice.tick("Written on")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    cached = alice.page.evaluate(CACHED)
    assert any(url.endswith("/offline/chat?language=en") for url, _ in cached)
    for url, text in cached:
        assert "/api/" not in url
        assert alice.id not in text
        assert alice.username not in text

    alice.page.get_by_role("button", name="Your account").click()
    alice.page.get_by_role("button", name="Log out").click()
    expect(alice.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    assert alice.page.evaluate(KEPT_ROWS) == [0, 0, 0]


def test_it_can_be_installed_and_a_newer_version_waits_for_a_click(invite: Callable[..., Person]) -> None:
    alice = invite("alice", service_workers="allow")
    alice.open()
    alice.page.wait_for_function(IN_CHARGE)
    devtools = alice.context.new_cdp_session(alice.page)
    assert devtools.send("Page.getAppManifest")["errors"] == []
    answer = devtools.send("Page.getInstallabilityErrors")
    # The browsers of tests keep nothing, which is a reason as well.
    assert {error["errorId"] for error in answer["installabilityErrors"]} <= {"in-incognito"}
    alice.page.evaluate(NEWER)
    note = alice.page.locator(".toast", has_text="A new version of Brook is here.")
    with alice.page.expect_navigation():
        note.get_by_role("button", name="Reload").click()
    alice.is_live()
    assert alice.page.evaluate("navigator.serviceWorker.controller.scriptURL").endswith("/sw.js?next")
