"""A history of thousands of messages: as light as a short one, and nothing moves under the reader."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.once]

MESSAGES = int(os.environ.get("BROOK_TEST_HISTORY", "5000"))
MOST_NODES = 300
STEPS = 30

# Scrolls by a screen or two at a time, as somebody in a hurry would. What was in the middle of the screen then must be
# where it was once the page that it asked for has come.
SCROLL = """async ([steps, by]) => {
  const log = document.querySelector(".log");
  const frame = () => new Promise(requestAnimationFrame);
  const result = { nodes: 0, drift: 0, pages: 0, from: 0, to: 0 };
  const seqs = () => [...log.querySelectorAll("[data-seq]")].map((one) => Number(one.dataset.seq));
  const middle = () => {
    const { top, height } = log.getBoundingClientRect();
    const all = [...log.querySelectorAll("article[data-key]")];
    return all.find((one) => one.getBoundingClientRect().bottom > top + height / 2);
  };
  result.from = seqs()[0];
  for (let step = 0; step < steps; step += 1) {
    log.scrollBy(0, by);
    const held = middle();
    const key = held.dataset.key;
    const before = held.getBoundingClientRect().top;
    const edges = String([seqs()[0], seqs().at(-1)]);
    await frame();
    await frame();
    for (let frames = 0; log.getAttribute("aria-busy") === "true" && frames < 2_000; frames += 1) await frame();
    await frame();
    const now = log.querySelector(`[data-key="${CSS.escape(key)}"]`);
    result.drift = Math.max(result.drift, now ? Math.abs(now.getBoundingClientRect().top - before) : Infinity);
    result.nodes = Math.max(result.nodes, log.querySelectorAll("article").length);
    result.pages += Number(String([seqs()[0], seqs().at(-1)]) !== edges);
  }
  result.to = seqs()[0];
  return result;
}"""


def test_a_long_history_stays_light_and_still(server: Server, alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    server.make_history(conversation, MESSAGES)
    alice.post("/conversations/mark-read", {})
    alice.open(f"/c/{conversation}")
    expect(alice.message(f"Line {MESSAGES:05}")).to_be_in_viewport()

    def scroll(by: int, *, pages: int, steps: int = STEPS) -> dict[str, Any]:
        result: dict[str, Any] = alice.page.evaluate(SCROLL, [steps, by])
        assert result["pages"] >= pages, result
        assert result["nodes"] <= MOST_NODES, result
        assert result["drift"] <= 1, result
        return result

    up = scroll(-1600, pages=5)
    assert up["to"] < MESSAGES - 300
    down = scroll(900, pages=2)
    assert down["to"] > up["to"]

    alice.page.get_by_role("button", name=re.compile("Jump to latest")).click()
    expect(alice.message(f"Line {MESSAGES:05}")).to_be_in_viewport()
    bob.says(conversation, "Live again")
    alice.sees("Live again")
    alice.open(f"/c/{conversation}/{MESSAGES // 2}")
    expect(alice.message(f"Line {MESSAGES // 2:05}")).to_be_in_viewport()
    scroll(1_000_000, pages=2, steps=3)  # the end of what is held is not the end of the conversation
    bob.open(f"/c/{conversation}")
    expect(bob.log.locator(".unread-line")).to_be_in_viewport()
    assert bob.messages.count() <= MOST_NODES
