"""Pictures, recordings and files in messages, for whoever reads them."""

from __future__ import annotations

import io
import json
import math
import struct
import uuid
import wave
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

SHAPE = "image => image.complete && [image.naturalWidth > 0, image.clientWidth / image.clientHeight]"


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (80, 140, 190)).save(file, "PNG")
    return file.getvalue()


def recording(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", int(900 * math.sin(i / 6))) for i in range(8000 * seconds)))
    return file.getvalue()


def send(person: Person, conversation: str, text: str, *files: tuple[str, str, bytes], **form: str) -> None:
    ids: list[str] = []
    for name, mime, data in files:
        parts: dict[str, Any] = {"file": {"name": name, "mimeType": mime, "buffer": data}, **form}
        answer = person.context.request.post(
            f"{person.base_url}/api/attachments", headers={"X-CSRFToken": person.csrf_token}, multipart=parts
        )
        assert answer.ok, answer.text()
        ids.append(answer.json()["id"])
    message = {"conversation_id": conversation, "client_id": uuid.uuid4().hex, "content": text, "attachment_ids": ids}
    person.post("/messages", message)


def test_a_picture_keeps_its_place_and_opens_large(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    send(bob, conversation, "From the footbridge", ("bridge.png", "image/png", picture(900, 450)))
    send(bob, conversation, "", *[(f"{n}.png", "image/png", picture(300, 300 + n)) for n in range(5)])
    alice.open(f"/c/{conversation}")
    shown = alice.message("From the footbridge").get_by_role("button", name="Picture bridge.png")
    expect(shown.locator("img")).to_have_js_property("complete", value=True)
    loaded, ratio = shown.locator("img").evaluate(SHAPE)
    assert loaded
    assert ratio == pytest.approx(2, abs=0.05)
    grid = alice.log.locator(".pictures")
    expect(grid.get_by_role("button")).to_have_count(4)
    expect(grid.get_by_role("button").last).to_contain_text("+1")

    shown.press("Enter")
    large = alice.page.get_by_role("dialog", name="Picture")
    expect(large.get_by_role("img")).to_have_attribute("alt", "bridge.png")
    expect(large.get_by_text("1 of 6")).to_be_visible()
    alice.page.keyboard.press("ArrowLeft")
    alice.page.keyboard.press("ArrowRight")
    expect(large.get_by_role("img")).to_have_attribute("alt", "0.png")
    alice.page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    expect(shown).to_be_focused()


def test_a_file_tells_its_name_and_size_and_can_be_had(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    name = "<b>levels & numbers.csv"
    send(bob, conversation, "The numbers", (name, "text/csv", b"a,b\n" * 400))
    alice.open(f"/c/{conversation}")
    file = alice.message("The numbers").get_by_role("link", name="levels & numbers")
    expect(file).to_contain_text("1.6 KB")
    with alice.page.expect_download() as download:
        file.click()
    assert download.value.path().read_bytes() == b"a,b\n" * 400


def test_a_recording_is_played_paused_and_moved_in(alice: Person, bob: Person) -> None:
    conversation = bob.starts_direct(alice)
    levels = json.dumps([number % 100 for number in range(60)])
    sound = ("voice.wav", "audio/wav", recording(5))
    send(bob, conversation, "", sound, duration="5", waveform=levels)
    send(bob, conversation, "", sound, duration="5", waveform=levels)
    alice.open(f"/c/{conversation}")
    first, second = alice.log.locator("brook-voice").all()
    expect(first.locator(".voice-time")).to_have_text("0:05")
    first.get_by_role("slider", name="Position").fill("2")
    expect(first.locator(".voice-time")).to_have_text("0:02")
    first.get_by_role("button", name="Play voice message").click()
    expect(first.get_by_role("button", name="Pause")).to_be_visible()
    second.get_by_role("button", name="Play voice message").click()
    expect(first.get_by_role("button", name="Play voice message")).to_be_visible()
    second.get_by_role("button", name="Pause").click()
    expect(second.get_by_role("button", name="Play voice message")).to_be_visible()
