"""However many events come, what they change is drawn once a frame; and where there are no frames as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

EVENTS = 200
TIMER_MS = 250  # static/js/frames.js draws by it where no frame comes

# As the browser draws: events as tasks of their own, while the next frame is held up; then that frame.
BURST = """async ([message, events]) => {
  const { store } = await import("/static/js/session.js");
  const drawn = { "brook-message-list": 0, "brook-conversation-list": 0, "brook-bell": 0 };
  for (const name of Object.keys(drawn)) {
    const { prototype } = customElements.get(name);
    const { render } = prototype;
    prototype.render = function () { drawn[name] += 1; return render.call(this); };
  }
  let titles = 0;
  const watch = new MutationObserver((changes) => { titles += changes.length; });
  watch.observe(document.querySelector("title"), { childList: true });
  const held = [];
  const { requestAnimationFrame } = globalThis;
  globalThis.requestAnimationFrame = (act) => held.push(act);
  const { port1, port2 } = new MessageChannel();
  const task = () => new Promise((resolve) => { port1.onmessage = resolve; port2.postMessage(0); });
  const begun = performance.now();
  const last = store.state.conversations.get(message.conversation_id).last_seq;
  for (let number = 1; number <= events; number += 1) {
    await task();
    const id = crypto.randomUUID();
    const content = `Number ${String(number).padStart(3, "0")}`;
    const fresh = { ...message, id, client_id: id, seq: last + number, content };
    store.apply({ type: "message.created", data: { message: fresh } });
  }
  globalThis.requestAnimationFrame = requestAnimationFrame;
  for (const act of held) act(performance.now());
  await document.querySelector("brook-message-list").updateComplete;
  await task();
  return [drawn, titles, performance.now() - begun];
}"""


def test_a_burst_of_messages_is_drawn_with_the_next_frame(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    bob.says(conversation, "Before")
    alice.open(f"/c/{conversation}")
    alice.sees("Before")
    expect(alice.page).to_have_title("Bob · Brook")
    data = alice.context.request.get(f"{alice.base_url}/api/conversations/{conversation}/messages").json()
    drawn, titles, took_ms = alice.page.evaluate(BURST, [data["results"][-1], EVENTS])
    # A frame: what came, and that it is read then. On a machine that takes longer, the timer's as well.
    frames = 2 + took_ms / TIMER_MS
    for name, times in drawn.items():
        assert times <= 2 * frames, (name, times, took_ms)
    assert titles <= 2 * frames
    assert drawn["brook-message-list"] >= 1
    last = alice.message(f"Number {EVENTS:03}")
    expect(last).to_be_in_viewport()
    expect(alice.page).to_have_title("Bob · Brook")

    # Once there are too many the oldest go, and nothing of the rest is drawn anew.
    element = last.element_handle()
    alice.page.evaluate(BURST, [data["results"][-1], EVENTS // 2])
    expect(alice.message("Before")).to_have_count(0)
    assert element is not None
    assert element.evaluate("element => element.isConnected")


NO_FRAMES = {
    "Behind others": "globalThis.requestAnimationFrame = () => 0",
    "Hidden": "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })",
}


def test_where_there_are_no_frames_title_badge_and_log_go_on(alice: Person, bob: Person) -> None:
    """A browser that shows the page to nobody asks for none."""
    conversation = bob.starts_direct(alice)
    alice.open()
    expect(alice.row("Bob")).to_be_visible()
    for how, script in NO_FRAMES.items():
        alice.page.evaluate(f"() => {{ {script} }}")
        bob.says(conversation, how)
        expect(alice.row("Bob")).to_contain_text(how)
    expect(alice.badge("Bob")).to_have_text("2")
    expect(alice.page).to_have_title("(2) Brook")
