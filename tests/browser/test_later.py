"""Messages that are sent later."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]


def dialog(person: Person, item: str) -> Locator:
    person.page.get_by_role("button", name="Add", exact=True).click()
    person.page.get_by_role("menuitem", name=item).click()
    return person.page.get_by_role("dialog")


def test_a_message_is_scheduled_changed_and_deleted(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    expect(dialog(alice, "Scheduled messages")).to_contain_text("Nothing is scheduled here")
    alice.page.keyboard.press("Escape")
    alice.text.fill("Happy new year")
    choices = dialog(alice, "Send later")
    choices.get_by_role("button", name="Tomorrow morning").click()
    expect(alice.page.get_by_text("It will be sent tomorrow")).to_be_visible()
    expect(alice.text).to_have_value("")
    expect(alice.messages).to_have_count(0)

    waiting = dialog(alice, "Scheduled messages")
    expect(waiting.get_by_role("listitem")).to_contain_text("Happy new year")
    waiting.get_by_role("button", name="Edit").click()
    waiting.get_by_label("Text").fill("Happy new year, Bob")
    waiting.get_by_role("button", name="Save").click()
    expect(waiting.get_by_role("listitem")).to_contain_text("Happy new year, Bob")
    waiting.get_by_role("button", name="Delete").click()
    expect(waiting).to_contain_text("Nothing is scheduled here")


def test_a_time_that_is_over_is_refused_in_words(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.text.fill("Too late")
    choices = dialog(alice, "Send later")
    choices.get_by_label("Another time").evaluate("input => { input.min = ''; input.value = '2020-01-01T09:00'; }")
    choices.get_by_role("button", name="Schedule").click()
    expect(choices.get_by_role("alert")).to_contain_text("still to come")
    alice.page.keyboard.press("Escape")
    expect(alice.text).to_have_value("Too late")


def test_what_cannot_be_sent_says_why_and_what_helps(alice: Person, bob: Person) -> None:
    talk = alice.starts_direct(bob)
    bob.says(talk, "Is it wet?")
    question = alice.context.request.fetch(f"{alice.base_url}/api/conversations/{talk}/messages").json()["results"][0]
    later = {
        "conversation_id": talk,
        "client_id": f"later {alice.username}",
        "content": "Very",
        "reply_to": question["id"],
    }
    alice.post("/messages/scheduled", {**later, "send_at": (datetime.now(UTC) + timedelta(hours=2)).isoformat()})
    alice.open(f"/c/{talk}")
    bob.delete(f"/messages/{question['id']}")
    alice.page.get_by_role("button", name=re.compile("^1 message scheduled")).click()
    waiting = alice.page.get_by_role("dialog")
    expect(waiting).to_contain_text("Answers a message")
    waiting.get_by_role("button", name="Send now").click()
    expect(waiting.get_by_role("alert")).to_contain_text("the message that it answers is gone")
    waiting.get_by_role("button", name="Send it without the quote").click()
    expect(waiting).to_contain_text("Nothing is scheduled here")
    alice.page.keyboard.press("Escape")
    alice.sees("Very")


def test_files_are_sent_later_as_well(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.page.locator(".composer-files").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}
    )
    expect(alice.page.get_by_text("plan.txt")).to_be_visible()
    dialog(alice, "Send later").get_by_role("button", name="Tomorrow morning").click()
    expect(alice.page.locator(".tray")).to_have_count(0)
    waiting = dialog(alice, "Scheduled messages")
    expect(waiting).to_contain_text("plan.txt")
    waiting.get_by_role("button", name="Send now").click()
    alice.page.keyboard.press("Escape")
    expect(alice.messages.get_by_role("link", name=re.compile("plan.txt"))).to_be_visible()
