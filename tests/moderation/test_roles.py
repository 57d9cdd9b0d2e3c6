"""Who of the staff may see and do what: docs/moderation.md has the same table."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from chat import actions as chat
from moderation.actions.acting import kind_of
from moderation.models import Act, Broadcast, LegalExport, Report
from moderation.roles import ROLES
from tests import files
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).resolve().parents[2] / "docs" / "moderation.md"
PAGES = {
    "reports": "/admin/moderation/report/",
    "conversations": "/admin/chat/conversation/",
    "broadcasts": "/admin/moderation/broadcast/",
    "messages": "/admin/chat/message/",
    "people": "/admin/accounts/user/",
    "sessions": "/admin/accounts/session/",
    "audit log": "/admin/moderation/auditentry/",
    "earlier versions of messages": "/admin/chat/messageedit/",
    "new people": "/admin/accounts/user/add/",
    "attachments": "/admin/chat/attachment/",
    "invites": "/admin/chat/invite/",
    "removed messages": "/admin/chat/removedmessage/",
    "exports for holds": "/admin/moderation/legalexport/",
    "blocked words": "/admin/moderation/blockedword/",
    "new blocked words": "/admin/moderation/blockedword/add/",
}


def table() -> dict[str, dict[str, bool]]:
    """The table of docs/moderation.md: what, and which roles may."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TABLE.read_text().splitlines()]
    return {
        row[0]: dict(zip(ROLES, (cell == "yes" for cell in row[1:]), strict=True))
        for row in rows
        if len(row) == 1 + len(ROLES) and set(row[1:]) <= {"yes", ""}
    }


def test_the_table_names_everything() -> None:
    assert set(table()) == set(PAGES) | {act.value for act in Act}


@pytest.mark.parametrize("role", ROLES)
def test_pages(role: str, staff: dict[str, User], office: Office) -> None:
    browser = office(staff[role])
    for page, path in PAGES.items():
        assert (browser.get(path).status_code == 200) is table()[page][role], page


@pytest.mark.parametrize("role", ROLES)
def test_acts(role: str, staff: dict[str, User], alice: User, bob: User, report: Report, office: Office) -> None:
    browser = office(staff[role])
    group = chat.create_group(creator=alice, title="River Team", people=[bob])
    until = timezone.now() + timedelta(days=1)
    targets = {
        "person": bob,
        "broadcast": Broadcast.objects.create(title="Hello"),
        "participant": group.participants.get(user=bob),
        "invite": chat.create_invite(user=alice, conversation_id=group.pk, expires_at=None, max_uses=None),
        "attachment": chat.upload_attachment(owner=bob, file=files.upload(b"text"), name="notes.txt"),
        "export": LegalExport.objects.create(conversation=group, asked_by=alice, expires_at=until),
    }
    for act in Act:
        target = targets.get(kind_of(act), report)  # of that, its message and conversation
        page = browser.get(f"/admin/act/{act.value}/{target._meta.model_name}/{target.pk}/")
        assert page.status_code == (200 if table()[act.value][role] else 403), act


def test_staff_without_a_role_see_nothing(alice: User, bob: User, report: Report, office: Office, order: Ask) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    alice.refresh_from_db()
    assert [office(alice).get(path).status_code for path in PAGES.values()] == [403] * len(PAGES)
    assert order(alice, Act.BAN, bob).status_code == 403
    bob.refresh_from_db()
    assert bob.is_active


def test_an_administrator_makes_nobody_a_superuser(staff: dict[str, User], bob: User, office: Office) -> None:
    browser = office(staff["Administrator"])
    path = f"/admin/accounts/user/{bob.pk}/change/"
    browser.post(path, {"username": "bob", "is_superuser": "on", "is_staff": "on", "time_zone": "UTC"})
    bob.refresh_from_db()
    assert (bob.is_staff, bob.is_superuser) == (False, False)
    boss = User.objects.create_superuser("boss", "x")
    for page in ("change", "password"):
        answer = browser.post(f"/admin/accounts/user/{boss.pk}/{page}/", {"password1": "y" * 12, "password2": "y" * 12})
        assert answer.status_code == 403
