"""What staff do to accounts by forms and lists is in the audit log, too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import Session, User
from moderation.models import AuditEntry
from tests.accounts.conftest import form_of
from tests.conftest import Api
from tests.moderation.conftest import Office

pytestmark = pytest.mark.django_db

PEOPLE, SESSIONS = "/admin/accounts/user/", "/admin/accounts/session/"
NEW = "another fine password"
PASSWORDS = {"usable_password": "true", "password1": NEW, "password2": NEW}


def log() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("by_name", "act", "target_name"))


def test_new_and_changed_accounts_and_passwords(office: Office, admin: User, bob: User) -> None:
    browser, path = office(admin), f"{PEOPLE}{bob.pk}/change/"
    assert browser.post(f"{PEOPLE}add/", {"username": "dora", **PASSWORDS}).status_code == 302
    group = Group.objects.get(name="Support")
    changed = {"is_staff": "on", "groups": [group.pk], "email": "bob@example.org"}
    assert browser.post(path, form_of(browser, path)).status_code == 302  # as it was
    assert browser.post(path, {**form_of(browser, path), **changed}).status_code == 302
    assert browser.post(f"{PEOPLE}{bob.pk}/password/", {**PASSWORDS, "password2": "x"}).status_code == 200
    assert browser.post(f"{PEOPLE}{bob.pk}/password/", PASSWORDS).status_code == 302
    acts = [("add_person", "dora"), ("change_person", "bob"), ("set_password", "bob")]
    assert log() == [(admin.username, *act) for act in acts]
    entry = AuditEntry.objects.get(act="change_person")
    assert entry.before == {"is_staff": False, "groups": []}
    assert entry.after == {"is_staff": True, "groups": ["Support"], "changed": ["email", "groups", "is_staff"]}
    assert "example.org" not in str(AuditEntry.objects.values())
    assert "Change the password" in browser.get(path).content.decode()


def test_roles_and_what_they_may_do(office: Office, admin: User) -> None:
    browser, role = office(admin), Group.objects.create(name="Readers")
    path, permission = f"/admin/auth/group/{role.pk}/change/", Permission.objects.get(codename="read_private")
    assert browser.post(path, {"name": "Readers", "permissions": [permission.pk]}).status_code == 302
    assert browser.post(f"/admin/auth/group/{role.pk}/delete/", {"post": "yes"}).status_code == 302
    assert log() == [(admin.username, act, "Readers") for act in ("change_role", "delete_role")]
    entry = AuditEntry.objects.get(act="change_role")
    assert (entry.before, entry.after) == ({"permissions": []}, {"permissions": ["read_private"]})


def test_a_device_is_logged_out_with_a_reason(
    office: Office, staff: dict[str, User], api: Api, bob: User, admin: User
) -> None:
    phone, support = api(bob), staff["Support"]
    session = Session.objects.get(user=bob)
    order = {"action": "end", "_selected_action": [str(session.pk)]}
    office(support).post(SESSIONS, order)
    assert phone.get("/api/users/me").status_code == 200
    office(support).post(SESSIONS, {**order, "reason": "Stolen, says Bob."})
    assert phone.get("/api/users/me").status_code == 401
    office(support).post(SESSIONS, {**order, "reason": "Once more."})
    entry = AuditEntry.objects.get()
    assert (entry.by_name, entry.act, entry.target_name) == ("support", "end_sessions", "bob")
    assert (entry.reason, entry.after) == ("Stolen, says Bob.", {"ended": 1, "session": str(session.pk)})

    api(admin)
    of_admin = Session.objects.filter(user=admin, kind=Session.Kind.API).get()
    office(support).post(SESSIONS, {"action": "end", "reason": "?", "_selected_action": [str(of_admin.pk)]})
    of_admin.refresh_from_db()
    assert of_admin.ended_at is None
