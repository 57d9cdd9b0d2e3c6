"""Many tabs of one browser: one stream, and everything in each tab once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.services import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from tests.browser.person import Person
    from tests.browser.proxy import Proxy

pytestmark = [pytest.mark.browser, pytest.mark.once]

# As on a page that came by http from another machine.
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
WAIT_S = 30


def tabs_of(person: Person, path: str, count: int) -> list[Page]:
    """So many tabs on one page; the first one leads."""
    tabs = [person.page, *(person.new_page() for _ in range(count - 1))]
    for number, tab in enumerate(tabs, start=1):
        tab.goto(person.base_url + path)
        share_one_stream(tabs[:number])
    return tabs


def share_one_stream(tabs: Sequence[Page]) -> Page:
    """Waits until they all are live and agree that one of them leads; that one."""

    def agree() -> bool:
        said = [tab.evaluate("brook.status()") for tab in tabs]
        leaders = [each for each in said if each["leader"]]
        return len(leaders) == 1 and all(each["state"] == "live" and each["tabs"] == len(tabs) for each in said)

    assert wait_until(agree, WAIT_S), [tab.evaluate("brook.status()") for tab in tabs]
    return next(tab for tab in tabs if tab.evaluate("brook.status().leader"))


def see_in_order(tabs: Sequence[Page], texts: list[str]) -> None:
    """These messages and no others, in each of them."""
    for tab in tabs:
        messages = tab.get_by_role("log", name="Messages").get_by_role("article")
        expect(messages.locator(".message-text")).to_contain_text(texts, timeout=WAIT_S * 1_000)
        expect(messages).to_have_count(len(texts), timeout=WAIT_S * 1_000)


@pytest.mark.parametrize("locks", [True, False])
def test_tabs_share_one_stream_and_hand_it_on(proxy: Proxy, alice: Person, bob: Person, *, locks: bool) -> None:
    conversation = alice.starts_direct(bob)
    alice.base_url = proxy.base_url
    if not locks:
        alice.context.add_init_script(WITHOUT_LOCKS)
    tabs = tabs_of(alice, f"/c/{conversation}", 3)
    assert proxy.streams == 1
    bob.says(conversation, "One")
    see_in_order(tabs, ["One"])

    leader = share_one_stream(tabs)
    tabs.remove(leader)
    leader.goto(f"{alice.base_url}/people")  # leaves the page, comes back as another tab
    bob.says(conversation, "Two")
    see_in_order(tabs, ["One", "Two"])
    assert share_one_stream([*tabs, leader]) in tabs
    leader.close(run_before_unload=True)
    share_one_stream(tabs)
    assert wait_until(lambda: proxy.streams == 1, WAIT_S)

    deaf = next(tab for tab in tabs if not tab.evaluate("brook.status().leader"))
    client = "import('/static/js/session.js').then(({ realtime }) => realtime"
    deaf.evaluate(f"{client}.tabs.channel.onmessage = null)")
    bob.says(conversation, "Three")
    see_in_order([tab for tab in tabs if tab is not deaf], ["One", "Two", "Three"])
    deaf.evaluate(f"{client}.noticed('freeze'))")
    deaf.evaluate(f"{client}.noticed('resume'))")
    see_in_order([deaf], ["One", "Two", "Three"])  # by asking for what it missed
    bob.says(conversation, "Four")
    see_in_order(tabs, ["One", "Two", "Three", "Four"])


FREEZE = """import("/static/js/session.js").then(({ realtime: { tabs } }) => {
  const { channel } = tabs;
  const { onmessage } = channel;
  channel.onmessage = null;
  tabs.channel = { postMessage() {}, close() {} };
  globalThis.thaw = () => Object.assign(tabs, { channel: Object.assign(channel, { onmessage }) });
})"""


def test_a_leader_that_does_not_answer_is_overtaken(proxy: Proxy, alice: Person, bob: Person) -> None:
    """As of a tab that the browser froze in the background; awake again, it follows."""
    conversation = alice.starts_direct(bob)
    alice.base_url = proxy.base_url
    frozen, other = tabs_of(alice, f"/c/{conversation}", 2)
    assert frozen.evaluate("brook.status().leader")
    frozen.evaluate(FREEZE)
    bob.says(conversation, "While it was frozen")
    see_in_order([frozen], ["While it was frozen"])  # which is the last it does
    see_in_order([other], [])
    other.clock.install()
    other.evaluate("dispatchEvent(new Event('online'))")
    other.clock.fast_forward(11_000)
    see_in_order([other], ["While it was frozen"])
    assert other.evaluate("brook.status().leader")
    assert wait_until(lambda: proxy.streams == 1, WAIT_S)

    frozen.evaluate("thaw()")
    frozen.evaluate("dispatchEvent(new Event('online'))")
    assert share_one_stream([frozen, other]) == other
    bob.says(conversation, "And live again")
    see_in_order([frozen, other], ["While it was frozen", "And live again"])


SOMEBODY_ELSES = """async () => {
  const { RealtimeClient } = await import("/static/js/realtime.js");
  return new Promise((resolve) => {
    const options = { url: "/nowhere", pollUrl: "/api/realtime/poll", userId: "somebody else" };
    const onStatus = ({ state, transport }) => state === "signed-out" && resolve(transport);
    const client = new RealtimeClient({ ...options, onStatus });
    for (const _ of [1, 2]) client.connection.ladder.failed("stream"); // down to polls
    client.start();
  });
}"""


def test_polls_of_somebody_who_logged_in_meanwhile_end_the_page(alice: Person) -> None:
    alice.open("/people")
    assert alice.page.evaluate(SOMEBODY_ELSES) == "long-poll"
