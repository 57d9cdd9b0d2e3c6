"""/admin/act/assign, hand_over and give_back: who of the staff looks after a report."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from accounts.models import User
from chat.actions import Unfit, WrongField
from chat.models import Message
from moderation import actions as moderation
from moderation.actions.handing import colleagues
from moderation.models import Act, AuditEntry, Reason, Report, State
from notifications.models import Notification
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db


def told(user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user, type="moderation").values_list("title", "text"))


def held(report: Report) -> tuple[str | None, str]:
    report.refresh_from_db()
    return report.assignee.username if report.assignee is not None else None, report.state


def test_a_report_goes_to_a_colleague_and_back(
    order: Ask, office: Office, admin: User, staff: dict[str, User], report: Report
) -> None:
    moderator = staff["Moderator"]
    assert order(admin, Act.ASSIGN, report).status_code == 302
    answer = order(admin, Act.HAND_OVER, report, to=str(moderator.pk), reason="You know <them>.")
    assert (answer.status_code, held(report)) == (302, ("moderator", "review"))
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.by_name, entry.reason) == ("hand_over", "admin", "You know <them>.")
    assert entry.before == {"assignee": "admin", "state": "review"}
    assert entry.after == {"assignee": "moderator", "state": "review"}
    assert entry.report_id == report.pk
    assert told(moderator) == [("A report was given to you", "admin gave you a report: Harassment.")]
    assert not told(admin)
    desk = office(moderator)
    assert "1 report is yours to look after" in desk.get("/admin/").content.decode()
    assert "You fool" in desk.get("/admin/moderation/report/?queue=mine").content.decode()
    page = desk.get(f"/admin/moderation/report/{report.pk}/change/").content.decode()
    assert page.count("You know &lt;them&gt;.") == 2  # for them, and in what staff did
    assert "act-assign" not in page
    assert order(moderator, Act.GIVE_BACK, report, reason="").status_code == 302
    assert held(report) == (None, "open")
    assert AuditEntry.objects.latest("id").before == {"assignee": "moderator", "state": "review"}
    page = desk.get(f"/admin/moderation/report/{report.pk}/change/").content.decode()
    assert page.count("You know &lt;them&gt;.") == 1
    assert "act-give_back" not in page
    assert "yours to look after" not in desk.get("/admin/").content.decode()


def test_who_may_look_after_reports_is_offered(
    office: Office, admin: User, bob: User, staff: dict[str, User], report: Report
) -> None:
    handles = {admin, staff["Moderator"], staff["Administrator"]}
    assert set(colleagues()) == handles
    by_hand = User.objects.create_user("by-hand", is_staff=True)
    by_hand.user_permissions.set(Permission.objects.filter(codename__in=["view_report", "change_report"]))
    assert set(colleagues()) == {*handles, by_hand}
    User.objects.filter(pk=by_hand.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    assert set(colleagues()) == handles
    page = office(admin).get(f"/admin/act/hand_over/report/{report.pk}/").content.decode()
    assert [f'value="{user.pk}"' in page for user in (staff["Moderator"], staff["Support"], bob, admin)] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("to", ["Support", "bob", "admin", "nonsense", "", "a\0b"])
def test_nobody_else_gets_it(
    order: Ask, admin: User, bob: User, staff: dict[str, User], report: Report, to: str
) -> None:
    people = {**staff, "bob": bob, "admin": admin}
    answer = order(admin, Act.HAND_OVER, report, to=str(people[to].pk) if to in people else to)
    assert (answer.status_code, held(report)) == (200, (None, "open"))
    assert not AuditEntry.objects.exists()


def test_the_action_itself_looks(admin: User, bob: User, staff: dict[str, User], report: Report) -> None:
    with pytest.raises(WrongField):
        moderation.hand_over(report=report, to=bob, by=admin)
    moderation.hand_over(report=report, to=staff["Moderator"], by=admin)
    with pytest.raises(WrongField):
        moderation.hand_over(report=report, to=staff["Moderator"], by=admin)
    moderation.dismiss(report=report, by=admin, reason="Fine.")
    for act in (moderation.assign, moderation.give_back):
        with pytest.raises(Unfit):
            act(report=report, by=admin)
    assert len(told(staff["Moderator"])) == 1


def test_what_was_changed_meanwhile_is_not_changed_again(
    order: Ask, admin: User, staff: dict[str, User], report: Report
) -> None:
    page = report.holder
    order(admin, Act.ASSIGN, report)
    moderator = staff["Moderator"]
    for act in (Act.ASSIGN, Act.HAND_OVER, Act.GIVE_BACK):
        answer = order(moderator, act, report, seen=page, to=str(staff["Administrator"].pk))
        assert "By now admin looks after it." in answer.content.decode()
    assert (held(report), AuditEntry.objects.count()) == (("admin", "review"), 1)
    order(admin, Act.GIVE_BACK, report, seen=report.holder)
    assert b"By now it was given back" in order(moderator, Act.ASSIGN, report, seen=str(admin.pk)).content
    assert order(moderator, Act.GIVE_BACK, report).status_code == 200  # nobody has it
    assert held(report) == (None, "open")


def test_many_at_once_from_the_list(
    office: Office, admin: User, carol: User, staff: dict[str, User], insult: Message, report: Report
) -> None:
    twin = Report.objects.create(message=insult, reporter=carol, reason=Reason.SPAM)
    closed = Report.objects.create(user=carol, reporter=admin, reason=Reason.SPAM, state=State.DISMISSED)
    moderator = staff["Moderator"]
    chosen = [str(each.pk) for each in (report, twin, closed)]
    path = "/admin/moderation/report/?queue=all"
    body = {"action": "hand_over", "_selected_action": chosen, "reason": "Yours."}
    desk = office(admin)
    assert "Say to whom." in desk.post(path, body, follow=True).content.decode()
    page = desk.post(path, {**body, "to": str(moderator.pk)}, follow=True).content.decode()
    assert "2 reports were passed on." in page
    assert "It is closed already." in page
    assert [held(each)[0] for each in (report, twin, closed)] == ["moderator", "moderator", None]
    desk.post(path, {"action": "give_back", "_selected_action": chosen[:1]})
    assert [held(each)[0] for each in (report, twin)] == [None, "moderator"]
    for bad in (str(staff["Support"].pk), "nonsense"):
        assert desk.post(path, {**body, "to": bad}).status_code in {200, 302}
    office(staff["Support"]).post(path, {**body, "to": str(moderator.pk)})
    assert held(report) == (None, "open")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_it(admin: User, staff: dict[str, User], report: Report) -> None:
    start, seen = Barrier(2), report.holder

    def give(to: User) -> bool:
        try:
            start.wait()
            moderation.hand_over(report=report, to=to, by=admin, seen=seen)
        except Unfit:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        given = list(pool.map(give, [staff["Moderator"], staff["Administrator"]]))
    assert sorted(given) == [False, True]
    assert held(report)[0] == ("moderator" if given[0] else "administrator")
    assert AuditEntry.objects.filter(act="hand_over").count() == 1
