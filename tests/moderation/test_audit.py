"""The audit log only grows: not by the pages, not by the model, and not by the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from moderation.actions import note
from moderation.models import Act, AppendOnly, AuditEntry
from tests.moderation.conftest import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(admin: User, bob: User) -> AuditEntry:
    return note(by=admin, act=Act.BAN, target=bob, reason="Spam.")


def test_the_model_refuses(entry: AuditEntry) -> None:
    entry.reason = "Nothing."
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AppendOnly):
            change()
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(reason="Nothing.")


@pytest.mark.parametrize(
    "statement", ["UPDATE moderation_auditentry SET reason = ''", "DELETE FROM moderation_auditentry"]
)
def test_the_database_refuses(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().reason == "Spam."


@pytest.mark.postgres
def test_postgresql_does_not_truncate_it(entry: AuditEntry) -> None:
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE moderation_auditentry")


def test_the_pages_only_show_it(entry: AuditEntry, admin: User, office: Office) -> None:
    browser = office(admin)
    page = f"/admin/moderation/auditentry/{entry.pk}/"
    assert b"Spam." in browser.get("/admin/moderation/auditentry/").content
    assert b"Spam." in browser.get(f"{page}change/").content
    assert browser.post(f"{page}change/", {"reason": "x"}).status_code == 403
    assert browser.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert browser.get("/admin/moderation/auditentry/add/").status_code == 403
    browser.post(
        "/admin/moderation/auditentry/", {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    )
    assert AuditEntry.objects.get().reason == "Spam."
