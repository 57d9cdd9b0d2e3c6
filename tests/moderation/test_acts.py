"""/admin/act/: what staff do about a report, each with its reason and its line in the audit log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from chat.models import Message
from moderation.actions import report_message
from moderation.models import Act, AuditEntry, Reason, Report
from notifications.models import Notification
from realtime.models import Event
from tests.conftest import Api
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


def told(user: User) -> list[tuple[str, str]]:
    """What somebody was told by staff."""
    rows = Notification.objects.filter(user=user, type="moderation").order_by("id")
    return list(rows.values_list("title", "text"))


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def test_removing_the_message_is_live_and_told_and_written_down(
    order: Ask, admin: User, alice: User, bob: User, insult: Message, report: Report
) -> None:
    answer = order(admin, Act.REMOVE, report, reason="Insults somebody.", text="Please be kind.")
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/moderation/report/{report.pk}/change/")
    insult.refresh_from_db()
    report.refresh_from_db()
    assert (insult.content, insult.deleted_at is not None) == ("", True)
    assert (report.state, report.closed_by) == ("removed", admin)
    assert Event.objects.filter(type="message.deleted", topic__contains=str(insult.conversation_id)).exists()
    assert told(alice) == [("Your report was looked at", "The message that you reported was removed. Thank you.")]
    assert told(bob) == [("Staff removed a message of yours", "Please be kind.")]
    entry = last_entry()
    assert (entry.by_id, entry.by_name, entry.act, entry.reason) == (admin.pk, "admin", "remove", "Insults somebody.")
    assert (entry.target_type, entry.target_id, entry.report_id) == ("message", str(insult.pk), report.pk)
    assert entry.before == {"deleted_at": None}
    assert entry.after["deleted_at"] is not None
    assert "You fool" not in str(entry.__dict__)


def test_suspending_ends_what_is_open(order: Ask, api: Api, admin: User, bob: User, report: Report) -> None:
    with time_machine.travel(NOON, tick=False):
        phone = api(bob)
        assert order(admin, Act.SUSPEND, report, days="3").status_code == 302
        assert phone.get("/api/users/me").json()["errors"][0]["code"] == "suspended"
    bob.refresh_from_db()
    report.refresh_from_db()
    assert (bob.suspended_until, report.state) == (NOON + timedelta(days=3), "resolved")
    assert last_entry().after == {"suspended_until": (NOON + timedelta(days=3)).isoformat()}


def test_banning_and_letting_in_again(order: Ask, api: Api, admin: User, bob: User) -> None:
    phone = api(bob)
    assert order(admin, Act.BAN, bob).status_code == 302
    assert phone.get("/api/users/me").status_code == 401
    assert order(admin, Act.UNBAN, bob).status_code == 302
    assert api(bob).get("/api/users/me").status_code == 200
    assert list(AuditEntry.objects.order_by("id").values_list("act", flat=True)) == ["ban", "unban"]


def test_warning_dismissing_and_taking(order: Ask, admin: User, alice: User, bob: User, report: Report) -> None:
    assert order(admin, Act.ASSIGN, report).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.assignee) == ("review", admin)
    assert order(admin, Act.WARN, bob, text="Be kind.").status_code == 302
    assert told(bob) == [("A warning from staff", "Be kind.")]
    assert order(admin, Act.DISMISS, report).status_code == 302
    report.refresh_from_db()
    assert report.state == "dismissed"
    assert [text for _title, text in told(alice)] == ["Staff looked at what you reported, and left it as it is."]


def test_one_act_closes_all_reports_of_the_same_thing(
    order: Ask, admin: User, carol: User, insult: Message, report: Report, api: Api
) -> None:
    twin = Report.objects.create(message=insult, reporter=carol, reason=Reason.SPAM)
    order(admin, Act.REMOVE, report)
    twin.refresh_from_db()
    assert twin.state == "removed"
    assert told(carol)


def test_all_messages_of_a_spammer_go(order: Ask, admin: User, bob: User, insult: Message) -> None:
    assert order(admin, Act.REMOVE_ALL, bob).status_code == 302
    insult.refresh_from_db()
    assert insult.content == ""
    assert last_entry().after == {"removed": 1}


def test_nothing_is_done_without_a_reason(order: Ask, admin: User, bob: User, report: Report) -> None:
    for said in ({"reason": ""}, {"reason": "  \n"}):
        assert b"This field is required" in order(admin, Act.BAN, bob, **said).content
    assert b"That moment is over" in order(admin, Act.SUSPEND, bob, until="2020-01-01 12:00").content
    bob.refresh_from_db()
    assert bob.is_active
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "path", ["ban/user/nonsense", "ban/user/0", "dance/user/{bob}", "ban/star/{bob}", "remove/user/{bob}"]
)
def test_nonsense_is_404(office: Office, admin: User, bob: User, path: str) -> None:
    assert office(admin).get(f"/admin/act/{path.format(bob=bob.pk)}/").status_code == 404


def test_the_page_of_a_report(
    office: Office, admin: User, alice: User, bob: User, insult: Message, report: Report
) -> None:
    page = office(admin).get(f"/admin/moderation/report/{report.pk}/change/").content.decode()
    for text in ("You fool", "Again.", "Remove the message", "Ban the person", "Dismiss the report"):
        assert text in page
    listed = office(admin).get("/admin/moderation/report/").content.decode()
    assert "You fool" in listed
    for queue in ("mine", "overdue", "done", "all"):
        assert office(admin).get(f"/admin/moderation/report/?queue={queue}").status_code == 200
    assert "Ban the person" in office(admin).get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()


def test_the_queue_costs_the_same_however_long(
    office: Office,
    admin: User,
    alice: User,
    carol: User,
    insult: Message,
    report: Report,
    django_assert_max_num_queries: Any,
) -> None:
    for person in (carol, admin):
        Report.objects.create(message=insult, reporter=person, reason=Reason.SPAM)
    browser = office(admin)
    browser.get("/admin/moderation/report/")
    with django_assert_max_num_queries(8) as seen:
        browser.get("/admin/moderation/report/")
    assert not [query for query in seen.captured_queries if "COUNT(" in query["sql"] and "LIMIT" not in query["sql"]]


def test_staff_are_not_for_everybody_to_act_on(order: Ask, staff: dict[str, User], admin: User) -> None:
    administrator, support = staff["Administrator"], staff["Support"]
    assert b"Only a superuser" in order(administrator, Act.BAN, support).content
    assert b"Nobody does that to themselves" in order(admin, Act.BAN, admin).content
    assert order(admin, Act.BAN, support).status_code == 302


def test_a_report_again_after_it_was_closed(
    order: Ask, admin: User, alice: User, insult: Message, report: Report
) -> None:
    order(admin, Act.DISMISS, report)
    again, is_new = report_message(user=alice, message_id=insult.pk, reason=Reason.SPAM)
    assert (again.state, again.assignee, is_new) == ("open", None, False)


def test_removed_is_kept_for_staff_and_put_back(
    order: Ask, office: Office, admin: User, staff: dict[str, User], bob: User, insult: Message, report: Report
) -> None:
    order(admin, Act.REMOVE, report)
    path = f"/admin/moderation/report/{report.pk}/change/"
    assert b"You fool" in office(staff["Moderator"]).get(path).content
    assert b"You fool" not in office(staff["Support"]).get(path).content
    assert order(admin, Act.RESTORE, report).status_code == 302
    insult.refresh_from_db()
    assert (insult.content, insult.deleted_at) == ("You fool", None)
    assert told(bob)[-1][0] == "Staff put a message of yours back"
    assert last_entry().act == "restore"


def test_locking_a_conversation(
    order: Ask, office: Office, api: Api, admin: User, alice: User, insult: Message, report: Report
) -> None:
    place = insult.conversation
    assert order(admin, Act.LOCK, report).status_code == 302
    body = {"conversation_id": str(place.pk), "client_id": "2", "content": "hello"}
    assert api(alice).post("/api/messages", body).status_code == 403
    page = office(admin).get(f"/admin/chat/conversation/{place.pk}/change/").content.decode()
    assert "Open the conversation again" in page
    assert "You fool" not in page
    for search in ("alice", str(place.pk)):
        assert str(place.pk) in office(admin).get(f"/admin/chat/conversation/?q={search}").content.decode()
    assert order(admin, Act.UNLOCK, place).status_code == 302
    assert api(alice).post("/api/messages", body).status_code == 201
    assert [entry.after for entry in AuditEntry.objects.order_by("id")] == [{"locked": True}, {"locked": False}]
