"""The people of a large group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.once]

JOIN = """
from accounts.models import User
from chat import actions
people = User.objects.bulk_create(
    User(username=f"{prefix}{{number:02}}", display_name=f"Walker {{number:02}}") for number in range({count})
)
actions.add_participants(user=User.objects.get(pk={admin!r}), conversation_id={group!r}, people=people)
"""


def test_everybody_is_found_by_name_and_by_going_on(alice: Person, bob: Person, server: Server) -> None:
    group = alice.starts_group("Bank Walkers", bob)
    server.run(JOIN.format(prefix=f"walker{alice.username}", admin=alice.id, group=group, count=60))
    alice.open(f"/c/{group}")
    panel = alice.page.locator("#details")
    people = panel.locator("brook-members li")
    expect(panel).to_contain_text("People · 62")
    expect(people).to_have_count(50)
    search = panel.get_by_label("Search the people of this group")
    search.fill("walker 57")
    expect(people).to_have_count(1)
    people.get_by_role("button").click()
    alice.page.get_by_role("menuitem", name="Make moderator").click()
    expect(people).to_contain_text("moderator")
    search.press("Escape")
    panel.get_by_role("button", name="Show 12 more people").click()
    expect(people).to_have_count(62)


def test_those_who_were_searched_for_are_asked_for_again_when_somebody_changes_and_not_when_they_read(
    alice: Person, bob: Person, server: Server
) -> None:
    group = alice.starts_group("Mill Walkers", bob)
    server.run(JOIN.format(prefix=f"miller{alice.username}", admin=alice.id, group=group, count=10))
    alice.open(f"/c/{group}")
    panel = alice.page.locator("#details")
    people = panel.locator("brook-members li")
    panel.get_by_label("Search the people of this group").fill("bob")
    expect(people).to_have_count(1)
    asked: list[str] = []
    alice.page.on("request", lambda request: asked.append(request.url) if "/participants?" in request.url else None)
    alice.says(group, "Who reads this?")
    bob.put(f"/conversations/{group}/read-marker", {"seq": 1000})
    bob.says(group, "I do")
    expect(alice.message("I do")).to_be_visible()  # the receipt came before it
    alice.patch(f"/conversations/{group}/participants/{bob.id}", {"role": "moderator"})
    expect(people).to_contain_text("moderator")
    assert len(asked) == 1, asked
