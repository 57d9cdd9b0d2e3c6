"""Files: chosen, pasted, dropped, spoken."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

TRANSFER = """(element, [type, files]) => {
  const data = new DataTransfer();
  for (const [name, mime, text] of files) data.items.add(new File([text], name, { type: mime }));
  const init = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent(type, { ...init, dataTransfer: data });
  element.dispatchEvent(event);
}"""


def picture(name: str = "river.png") -> FilePayload:
    data = io.BytesIO()
    Image.new("RGB", (320, 200), "#3a9bdc").save(data, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data.getvalue()}


def choose(person: Person, *files: FilePayload) -> None:
    person.page.get_by_role("button", name="Add", exact=True).click()
    with person.page.expect_file_chooser() as chooser:
        person.page.get_by_role("menuitem", name="Photos and files").click()
    chooser.value.set_files(list(files))


def tray(person: Person) -> Locator:
    return person.page.locator(".tray-item")


def newest(person: Person, conversation: str) -> dict[str, Any]:
    answer = person.context.request.get(f"{person.base_url}/api/conversations/{conversation}/messages")
    message: dict[str, Any] = answer.json()["results"][-1]
    return message


def test_chosen_files_are_shown_and_sent_with_the_text(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    bob.open(f"/c/{conversation}")
    alice.open(f"/c/{conversation}")
    notes: FilePayload = {"name": "levels.txt", "mimeType": "text/plain", "buffer": b"1.82 m"}
    choose(alice, picture(), notes)
    expect(tray(alice)).to_have_count(2)
    expect(tray(alice).first).to_contain_text("river.png")
    expect(tray(alice).locator("progress")).to_have_count(0)
    alice.write("From the bridge")
    expect(tray(alice)).to_have_count(0)
    bob.sees("From the bridge")
    names = [attachment["name"] for attachment in newest(bob, conversation)["attachments"]]
    assert names == ["river.png", "levels.txt"]


def test_a_file_alone_is_a_message(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    choose(alice, picture())
    alice.page.get_by_role("button", name="Send", exact=True).click()
    expect(alice.messages).to_have_count(1)
    expect(alice.log.locator(".tick")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    assert newest(bob, conversation)["type"] == "image"


def test_files_are_pasted_and_dropped_anywhere_on_the_conversation(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    alice.text.evaluate(TRANSFER, ["paste", [["pasted.txt", "text/plain", "x"]]])
    expect(tray(alice)).to_have_count(1)
    alice.log.evaluate(TRANSFER, ["dragenter", [["dropped.txt", "text/plain", "y"]]])
    expect(alice.page.locator(".drop-hint")).to_be_visible()
    alice.log.evaluate(TRANSFER, ["drop", [["dropped.txt", "text/plain", "y"]]])
    expect(alice.page.locator(".drop-hint")).to_be_hidden()
    expect(tray(alice)).to_have_count(2)
    alice.page.get_by_role("button", name="Remove pasted.txt").click()
    expect(tray(alice)).to_have_count(1)
    alice.text.press("Enter")
    expect(alice.log.locator(".tick")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    assert [each["name"] for each in newest(bob, conversation)["attachments"]] == ["dropped.txt"]


def test_the_message_waits_for_its_files(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.open(f"/c/{conversation}")
    held: list[Route] = []
    alice.page.route("**/api/attachments", lambda route: held.append(route))
    choose(alice, picture())
    expect(tray(alice).locator("progress")).to_be_visible()
    alice.write("Soon")
    alice.write("Then this")
    expect(alice.tick("Soon")).to_have_attribute("aria-label", "Not sent yet")
    held[0].continue_()
    expect(alice.tick("Then this")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    bob.open(f"/c/{conversation}")
    bob.sees_in_order(["Soon", "Then this"])


def test_a_file_that_is_refused_can_be_tried_again_or_removed(alice: Person, bob: Person) -> None:
    alice.open(f"/c/{alice.starts_direct(bob)}")
    refusal = {"type": "client_error", "errors": [{"code": "too_large", "detail": "Too large.", "attr": "file"}]}
    alice.page.route("**/api/attachments", lambda route: route.fulfill(status=413, json=refusal))
    choose(alice, picture("one.png"), picture("two.png"))
    expect(tray(alice).filter(has_text="Too large.")).to_have_count(2)
    alice.page.get_by_role("button", name="Remove two.png").click()
    alice.page.unroute("**/api/attachments")
    alice.page.get_by_role("button", name="Try one.png again").click()
    expect(alice.page.locator(".tray-item.is-done")).to_have_count(1)


def test_files_stay_with_their_conversation(alice: Person, bob: Person, carol: Person) -> None:
    alice.starts_direct(carol)
    alice.open(f"/c/{alice.starts_direct(bob)}")
    choose(alice, picture())
    alice.open_conversation("Carol")
    expect(tray(alice)).to_have_count(0)
    alice.open_conversation("Bob")
    expect(tray(alice)).to_have_count(1)


def test_a_voice_message(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.context.grant_permissions(["microphone"])
    alice.open(f"/c/{conversation}")
    alice.page.get_by_role("button", name="Record a voice message").click()
    expect(alice.page.get_by_role("timer")).to_have_text(re.compile("0:0[1-9]"))
    alice.page.get_by_role("button", name="Send the recording").click()
    expect(alice.text).to_be_focused()
    expect(alice.log.locator(".tick")).to_have_attribute("aria-label", re.compile("Sent|Delivered"))
    message = newest(bob, conversation)
    assert message["type"] == "voice"
    assert message["attachments"][0]["duration"] >= 1
    assert len(message["attachments"][0]["waveform"]) > 5


def test_a_recording_that_is_cancelled_is_gone(alice: Person, bob: Person) -> None:
    alice.context.grant_permissions(["microphone"])
    alice.open(f"/c/{alice.starts_direct(bob)}")
    alice.page.get_by_role("button", name="Record a voice message").click()
    alice.page.get_by_role("button", name="Cancel the recording").click()
    expect(alice.text).to_be_visible()
    expect(alice.messages).to_have_count(0)
