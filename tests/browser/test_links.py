"""What messages link to, as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person
    from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.once]

# As the worker would have left it; how it comes there is tested in tests/chat/test_previews_server.py.
SHOW = """
from django.utils import timezone
from chat.models import LinkPreview, LinkState, Message, MessageLink, PreviewState
preview = LinkPreview.objects.create(
    url_hash={conversation_id!r}, url="https://www.river.example/gauge?at=mill", title="The gauge at the mill",
    description="Read every hour.", site_name="River office", state=PreviewState.DONE, next_try_at=timezone.now(),
)
message = Message.objects.get(conversation={conversation_id!r})
MessageLink.objects.create(message=message, preview=preview, position=0, state=LinkState.SHOWN)
"""


def test_a_link_is_a_card_until_its_sender_removes_it(alice: Person, bob: Person, server: Server) -> None:
    talk = alice.starts_direct(bob)
    alice.says(talk, "Look at the gauge")
    server.run(SHOW.format(conversation_id=talk))
    for person in (alice, bob):
        person.open(f"/c/{talk}")
    mine, theirs = (person.message("Look at the gauge").locator(".preview") for person in (alice, bob))
    link = theirs.get_by_role("link")
    expect(link).to_have_attribute("href", "https://www.river.example/gauge?at=mill")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_contain_text("River office · river.example")
    expect(link).to_contain_text("The gauge at the mill")
    expect(theirs.get_by_role("button")).to_have_count(0)
    mine.hover()
    mine.get_by_role("button", name="Remove the preview").click()
    expect(mine).to_have_count(0)
    expect(theirs).to_have_count(0)
