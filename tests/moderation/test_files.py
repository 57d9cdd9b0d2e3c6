"""/admin/chat/attachment/ and /admin/chat/removedmessage/: what people brought, and what was taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from chat import actions as chat
from chat.models import Attachment, Message
from moderation.actions import report_message
from moderation.models import Act, AuditEntry, Reason
from tests import files
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

LIST = "/admin/chat/attachment/"


@pytest.fixture
def moderator(staff: dict[str, User]) -> User:
    return staff["Moderator"]


def bring(owner: User, content: bytes | None = None, name: str = "beach.jpg") -> Attachment:
    return chat.upload_attachment(owner=owner, file=files.upload(content or files.picture()), name=name)


def send(insult: Message, sender: User, *brought: Attachment) -> Message:
    return chat.send_message(
        sender=sender,
        conversation_id=insult.conversation_id,
        client_id=str(brought[0].pk),
        content="",
        attachment_ids=[each.pk for each in brought],
    )[0]


def listed(office: Office, person: User, query: str = "") -> str:
    page: str = office(person).get(f"{LIST}{query}").content.decode()
    return page


def test_only_what_was_reported_has_a_name_and_a_picture(
    office: Office, moderator: User, alice: User, bob: User, insult: Message
) -> None:
    file = bring(bob)
    message = send(insult, bob, file)
    thumbnail = f"{LIST}{file.pk}/thumbnail/"
    assert "beach.jpg" not in listed(office, moderator)
    assert office(moderator).get(thumbnail).status_code == 404
    report_message(user=alice, message_id=message.pk, reason=Reason.SEXUAL)
    page = listed(office, moderator)
    assert "beach.jpg" in page
    assert thumbnail in page
    answer = office(moderator).get(thumbnail)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert thumbnail in office(moderator).get(f"{LIST}{file.pk}/change/").content.decode()


def test_what_could_run_is_never_shown(
    office: Office, moderator: User, alice: User, bob: User, insult: Message
) -> None:
    for content, name in ((files.SVG, "x.svg"), (files.HTML, "x.html")):
        file = bring(bob, content, name)
        report_message(user=alice, message_id=send(insult, bob, file).pk, reason=Reason.SPAM)
        assert office(moderator).get(f"{LIST}{file.pk}/thumbnail/").status_code == 404
    assert "<img" not in listed(office, moderator).partition('id="result_list"')[2]


def test_they_are_found(office: Office, moderator: User, alice: User, bob: User, insult: Message) -> None:
    sent, waiting = bring(bob), bring(alice, b"text", "notes.txt")
    message = send(insult, bob, sent)
    row, other = f"{LIST}{sent.pk}/change/", f"{LIST}{waiting.pk}/change/"
    for query in ("?q=BOB", f"?q={sent.pk}", f"?q={message.pk}", f"?q={insult.conversation_id}", "?state=sent"):
        assert row in listed(office, moderator, query), query
        assert other not in listed(office, moderator, query), query
    for query in ("?q=nobody", "?size=100", "?kind__exact=voice", "?state=removed", "?state=scheduled"):
        assert row not in listed(office, moderator, query), query
    assert other in listed(office, moderator, "?state=waits")


def test_removing_takes_the_message_along_and_it_can_be_put_back(
    order: Ask, office: Office, moderator: User, bob: User, insult: Message
) -> None:
    file = bring(bob)
    message = send(insult, bob, file)
    assert order(moderator, Act.REMOVE_FILE, file, reason="Not here.", text="Sorry.").status_code == 302
    message.refresh_from_db()
    assert message.deleted_at is not None
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.target_id, entry.reason) == ("remove_file", str(message.pk), "Not here.")
    assert "beach.jpg" not in str(entry.__dict__)
    removed = office(moderator).get("/admin/chat/removedmessage/").content.decode()
    assert "Not here." in removed
    page = f"/admin/chat/removedmessage/{message.pk}/change/"
    assert "beach.jpg" in office(moderator).get(page).content.decode()
    assert order(moderator, Act.RESTORE, message).status_code == 302
    file.refresh_from_db()
    assert file.message == message
    assert office(moderator).get(page).status_code == 302


def test_one_that_waits_is_gone_and_one_to_be_sent_later_is_not(
    order: Ask, office: Office, moderator: User, alice: User, bob: User, insult: Message
) -> None:
    waiting = bring(bob)
    assert order(moderator, Act.REMOVE_FILE, waiting).status_code == 302
    assert not Attachment.objects.exists()
    later = bring(bob)
    chat.schedule_message(
        user=bob,
        conversation_id=insult.conversation_id,
        client_id="later",
        content="later",
        send_at=timezone.now() + timedelta(hours=1),
        attachment_ids=[later.pk],
    )
    assert b"belongs to a message" in order(moderator, Act.REMOVE_FILE, later).content
    assert b"act-remove_file" not in office(moderator).get(f"{LIST}{later.pk}/change/").content
    assert AuditEntry.objects.count() == 1


def test_many_at_once_with_a_reason(office: Office, moderator: User, bob: User, insult: Message) -> None:
    first, second, third = (bring(bob) for _number in range(3))
    send(insult, bob, first, second)
    send(insult, bob, third)
    body: dict[str, Any] = {"action": "remove", "_selected_action": [str(each.pk) for each in (first, second, third)]}
    office(moderator).post(LIST, body)
    assert Attachment.objects.filter(removed=None).count() == 3
    office(moderator).post(LIST, {**body, "reason": "Spam."})
    assert Attachment.objects.filter(removed=None).count() == 0
    assert AuditEntry.objects.filter(act="remove_file").count() == 2


def test_who_removed_what_and_why(
    office: Office, order: Ask, admin: User, moderator: User, alice: User, bob: User, insult: Message
) -> None:
    order(admin, Act.REMOVE, insult, reason="Insults somebody.")
    for query in ("", "?q=bob", f"?q={insult.pk}", f"?q={insult.conversation_id}"):
        page = office(moderator).get(f"/admin/chat/removedmessage/{query}").content.decode()
        assert "You fool" in page, query
        assert "Insults somebody." in page, query
    assert "You fool" not in office(moderator).get("/admin/chat/removedmessage/?q=alice").content.decode()


def test_the_lists_count_no_whole_table_and_ask_no_more_for_more_rows(
    office: Office, admin: User, bob: User, insult: Message, django_assert_max_num_queries: Any
) -> None:
    browser = office(admin)
    for _number in range(3):
        message = send(insult, bob, bring(bob))
        chat.remove_message(message=message, by=admin)
        send(insult, bob, bring(bob))
    for path in (LIST, "/admin/chat/removedmessage/", "/admin/chat/invite/"):
        browser.get(path)
        with django_assert_max_num_queries(9) as seen:
            browser.get(path)
        asked = [query["sql"] or "" for query in seen.captured_queries]
        assert not [sql for sql in asked if "COUNT(" in sql and "LIMIT" not in sql]
