"""A report, what staff do about it in the administration, and how everybody sees it without reloading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.server import Server

pytestmark = pytest.mark.browser

LOCKED = "Staff have locked this conversation"
ARCHIVED = "Staff have archived this conversation"
PROMOTE = "from accounts.models import User; User.objects.filter(pk={id!r}).update(is_staff=True, is_superuser=True)"


def act(staff: Person, label: str) -> None:
    """On the page of a report: an act, with its reason."""
    page = staff.page
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_label("Reason").fill("Rule 3.")
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.get_by_text(f"Done: {label.lower()}.")).to_be_visible()


def test_a_report_and_what_staff_do_about_it(alice: Person, bob: Person, carol: Person, server: Server) -> None:
    server.run(PROMOTE.format(id=carol.id))
    group = alice.starts_group("River Team", bob)
    for person in (alice, bob):
        person.open_conversation("River Team")
    bob.write("You fool")
    alice.sees("You fool")
    listed = alice.context.request.fetch(f"{alice.base_url}/api/conversations/{group}/messages").json()["results"]
    said = next(message["id"] for message in listed if message["content"] == "You fool")
    alice.post(f"/messages/{said}/report", {"reason": "harassment"})

    carol.page.goto(f"{carol.base_url}/admin/moderation/report/")
    row = carol.page.get_by_role("row").filter(has_text=alice.username)
    expect(row).to_contain_text("You fool")
    row.get_by_role("link").first.click()
    told = {person: person.new_page() for person in (alice, bob)}
    for page in told.values():
        page.goto(f"{alice.base_url}/notifications")
    act(carol, "Remove the message")
    for person, title in ((alice, "Your report was looked at"), (bob, "Staff removed a message of yours")):
        expect(person.message("You fool")).to_have_count(0)
        expect(told[person].locator("article.notice").filter(has_text=title)).to_have_count(1)
        told[person].close()
    act(carol, "Put the message back")
    for person in (alice, bob):
        person.sees("You fool")
    act(carol, "Lock the conversation")
    for person in (alice, bob):
        expect(person.page.get_by_text(LOCKED)).to_be_visible()
    act(carol, "Open the conversation again")
    bob.write("Sorry")
    alice.sees("Sorry")
    carol.page.goto(f"{carol.base_url}/admin/chat/conversation/{group}/change/")
    act(carol, "Archive the conversation")
    for person in (alice, bob):
        expect(person.page.get_by_text(ARCHIVED)).to_be_visible()
        expect(person.page.get_by_role("button", name="Archived")).to_contain_text("1")
    act(carol, "Take the conversation out of the archive")
    alice.write("Thank you")
    bob.sees("Thank you")

    carol.page.goto(f"{carol.base_url}/admin/moderation/broadcast/add/")
    carol.page.get_by_label("Title").fill(f"Hello from {carol.username}")
    carol.page.locator("#id_conversation").fill(group)  # and not the people of other stories
    carol.page.get_by_role("button", name="Save and continue editing").click()
    act(carol, "Send the broadcast")
    bob.open("/settings")  # it is seen on every page
    for person in (alice, bob):
        banner = person.page.locator(".broadcast").filter(has_text=f"Hello from {carol.username}")
        expect(banner).to_be_visible()
        banner.get_by_role("button", name="Dismiss").click()
        expect(banner).to_have_count(0)
