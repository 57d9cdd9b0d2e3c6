"""/admin/chat/message/ and reading a conversation: what staff see of what people say."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from pytest_django import Settings

from accounts.models import User
from chat import actions as chat
from chat.models import Message
from moderation.models import Act, AuditEntry, Report
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

LIST = "/admin/chat/message/"


def listed(office: Office, person: User, query: str = "") -> str:
    page: str = office(person).get(f"{LIST}{query}").content.decode()
    return page


def test_only_what_was_reported_is_shown(office: Office, admin: User, alice: User, report: Report) -> None:
    place = report.message.conversation  # type: ignore[union-attr]
    chat.send_message(sender=alice, conversation_id=place.pk, client_id="2", content="our secret")
    page = listed(office, admin)
    assert "You fool" in page
    assert "our secret" not in page
    assert "(10 characters)" in page


def test_they_are_found(office: Office, admin: User, alice: User, bob: User, insult: Message) -> None:
    row = f"/admin/chat/message/{insult.pk}/change/"
    for query in ("?q=BOB", f"?q={insult.pk}", f"?q={insult.conversation_id}", "?age=hour", ""):
        assert row in listed(office, admin, query), query
    for query in ("?q=alice", "?q=nobody", "?has=file", "?has=link", "?has=report"):
        assert row not in listed(office, admin, query), query
    assert "You fool" not in office(admin).get(row).content.decode()


def test_many_are_removed_at_once_with_a_reason(office: Office, admin: User, bob: User, insult: Message) -> None:
    also, _new = chat.send_message(sender=bob, conversation_id=insult.conversation_id, client_id="2", content="Buy!")
    body: dict[str, Any] = {"action": "remove", "_selected_action": [str(insult.pk), str(also.pk)], "reason": ""}
    assert office(admin).post(LIST, body).status_code == 302
    assert Message.objects.filter(deleted_at=None).count() == 2
    assert office(admin).post(LIST, {**body, "reason": "Spam."}).status_code == 302
    assert not Message.objects.filter(deleted_at=None).exists()
    assert [entry.reason for entry in AuditEntry.objects.filter(act="remove")] == ["Spam.", "Spam."]


def test_reading_takes_a_permission_by_name_and_a_reason(
    office: Office, order: Ask, admin: User, insult: Message, settings: Settings
) -> None:
    place = insult.conversation
    page = f"/admin/chat/conversation/{place.pk}/change/"
    assert order(admin, Act.READ, place).status_code == 403  # a superuser, and yet
    admin.user_permissions.add(Permission.objects.get(codename="read_private"))
    assert b"You fool" not in office(admin).get(page).content
    assert order(admin, Act.READ, place, reason="").status_code == 200
    assert b"You fool" not in office(admin).get(page).content
    settings.SHOW_STAFF_READING = True
    assert order(admin, Act.READ, place, reason="The court asks.").status_code == 302
    assert b"You fool" in office(admin).get(page).content
    assert b"You fool" not in office(admin).get(f"{page}?before=1").content
    assert AuditEntry.objects.get(act="read").reason == "The court asks."
    assert place.messages.latest("seq").content == "Staff have read this conversation"


def test_one_who_may_sees_nothing_another_opened(office: Office, order: Ask, admin: User, insult: Message) -> None:
    permission = Permission.objects.get(codename="read_private")
    other = User.objects.create_superuser("other", "x")
    for person in (admin, other):
        person.user_permissions.add(permission)
    order(admin, Act.READ, insult.conversation)
    page = f"/admin/chat/conversation/{insult.conversation_id}/change/"
    assert b"You fool" not in office(other).get(page).content


def test_the_list_counts_no_whole_table(
    office: Office, admin: User, insult: Message, django_assert_max_num_queries: Any
) -> None:
    browser = office(admin)
    browser.get(LIST)
    with django_assert_max_num_queries(10) as seen:
        browser.get(LIST)
    assert not [query for query in seen.captured_queries if "COUNT(" in query["sql"] and "LIMIT" not in query["sql"]]
