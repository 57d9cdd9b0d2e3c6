"""What the server draws first is what the browser draws then: nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_attachments import picture, recording, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person
    from tests.server import Account

pytestmark = [pytest.mark.browser, pytest.mark.once]

# Where everything stands, from the end of the log upwards, as that is where reading begins.
SHAPES = """(column) => {
  const bottom = column.getBoundingClientRect().bottom;
  return [...column.querySelectorAll("article, .day, .system-line, .unread-line")].map((one) => {
    const box = one.getBoundingClientRect();
    return [one.className.split(" ")[0], Math.round(bottom - box.bottom), Math.round(box.height)];
  });
}"""
TEXTS = [
    "Plain",
    "**bold** and `code`",
    "```\nblock\nof code\n```",
    "Two\n\nparagraphs " + "and more words " * 30,
    "🌊",
]


def test_nothing_moves_when_the_script_has_drawn(
    invite: Callable[..., Person], accounts: dict[str, Account], bob: Person
) -> None:
    alice = invite("alice", timezone_id="UTC")
    group = alice.starts_group("River Team", bob)

    def say(person: Person, number: int, content: str, **more: str) -> str:
        data = {"conversation_id": group, "client_id": str(number), "content": content, **more}
        return str(person.post("/messages", data).json()["id"])

    first = say(alice, 0, "Root")
    for number, text in enumerate(TEXTS, start=1):
        say([alice, bob][number % 2], number, text)
    say(bob, 10, "An answer", reply_to=first)
    say(bob, 11, "In its thread", thread_root=first)
    gone = say(bob, 12, "Gone")
    bob.delete(f"/messages/{gone}")
    bob.post(f"/messages/{first}/reactions", {"emoji": "👍"})
    bob.patch(f"/messages/{say(bob, 13, 'Wrong')}", {"content": "Right"})
    send(bob, group, "", ("bridge.png", "image/png", picture(900, 450)))
    send(bob, group, "Three", *[(f"{n}.png", "image/png", picture(300, 300)) for n in range(3)])
    send(bob, group, "", ("levels.csv", "text/csv", b"a,b"), ("voice.wav", "audio/wav", recording(1)))
    alice.put(f"/conversations/{group}/read-marker", {"seq": 3})

    before = invite("alice", logged_in=False, java_script_enabled=False)
    before.log_in(accounts[alice.username])
    before.page.goto(f"{alice.base_url}/c/{group}")
    alice.context.route("**/read-marker", lambda route: route.abort())
    alice.open(f"/c/{group}")
    expect(alice.log.locator("[data-seq]").first).to_be_attached()
    drawn: list[list[Any]] = []
    for person in (before, alice):
        person.page.evaluate("document.fonts.ready.then(() => {})")
        drawn.append(person.page.locator(".log-column").first.evaluate(SHAPES))
    server, browser = drawn
    assert [kind for kind, *_ in server] == [kind for kind, *_ in browser]
    for one, other in zip(server, browser, strict=True):
        assert one[1:] == pytest.approx(other[1:], abs=2), (one, other, server, browser)
