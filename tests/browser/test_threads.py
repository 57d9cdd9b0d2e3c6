"""A thread beside its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

PHONE = {"width": 390, "height": 844}


def test_two_people_talk_in_a_thread(alice: Person, bob: Person) -> None:
    conversation = alice.starts_direct(bob)
    alice.says(conversation, "Who walks the bank?")
    for person in (alice, bob):
        person.open(f"/c/{conversation}")
    bob.message("Who walks").hover()
    bob.message("Who walks").get_by_role("button", name="Reply in thread").click()
    thread = bob.page.get_by_role("complementary", name="Thread")
    reply = thread.get_by_label("Reply in thread", exact=True)
    expect(reply).to_be_focused()
    reply.fill("I do")
    reply.press("Enter")
    expect(thread.get_by_role("article").filter(has_text="I do")).to_have_count(1)

    line = alice.message("Who walks").get_by_role("button", name="1 reply")
    line.click()
    beside = alice.page.get_by_role("complementary", name="Thread")
    expect(beside.get_by_role("article")).to_contain_text(["Who walks the bank?", "I do"])
    answer = beside.get_by_label("Reply in thread", exact=True)
    answer.fill("Thanks")
    answer.press("Enter")
    expect(thread.get_by_role("article")).to_contain_text(["Who walks the bank?", "I do", "Thanks"])
    expect(bob.message("Who walks").get_by_role("button", name="2 replies")).to_be_visible()
    expect(bob.message("Thanks").get_by_role("button", name="In a thread")).to_be_visible()
    answer.press("Escape")
    expect(beside).to_be_hidden()
    expect(alice.text).to_be_focused()


def test_on_a_phone_it_covers_the_conversation(invite: Callable[..., Person], bob: Person) -> None:
    alice = invite("alice", viewport=PHONE, has_touch=True, is_mobile=True)
    conversation = bob.starts_direct(alice)
    root = bob.post("/messages", {"conversation_id": conversation, "client_id": "1", "content": "Root"}).json()
    bob.post(
        "/messages", {"conversation_id": conversation, "client_id": "2", "content": "Leaf", "thread_root": root["id"]}
    )
    alice.open(f"/c/{conversation}")
    alice.message("Leaf").get_by_role("button", name="In a thread").tap()
    thread = alice.page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("article")).to_contain_text(["Root", "Leaf"])
    box = thread.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (390, 844)
    thread.get_by_role("button", name="Close thread").tap()
    expect(thread).to_be_hidden()
    alice.sees("Root")
    alice.message("Leaf").get_by_role("button", name="In a thread").tap()
    expect(thread).to_be_visible()
    alice.page.go_back()
    expect(thread).to_be_hidden()
    alice.sees("Root")
    alice.page.get_by_role("button", name="Details").tap()
    details = alice.page.get_by_role("complementary", name="Details")
    expect(details).to_be_visible()
    alice.page.go_back()
    expect(details).to_be_hidden()
    alice.sees("Root")
