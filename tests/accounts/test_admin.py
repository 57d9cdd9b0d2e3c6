"""/admin/accounts/"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Session, User
from tests.accounts.conftest import Events, Login, bearer, form_of
from tests.conftest import Api

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
SESSIONS = "/admin/accounts/session/"
NEW = "another fine password"


@pytest.fixture
def office(admin: User) -> Client:
    """The admin's browser."""
    client = Client()
    client.force_login(admin)
    return client


def act(office: Client, path: str, action: str, *things: Any) -> None:
    body = {"action": action, "reason": "Lost.", "_selected_action": [str(thing.pk) for thing in things]}
    response = office.post(path, body)
    assert response.status_code == 302, response.content[:500]


def test_every_page_opens(office: Client, alice: User, api: Api) -> None:
    api(alice)
    paths = [
        "/admin/",
        USERS,
        f"{USERS}?q=ALICE",
        f"{USERS}add/",
        f"{USERS}{alice.pk}/change/",
        f"{USERS}{alice.pk}/password/",
        SESSIONS,
        f"{SESSIONS}?q=alice",
        f"{SESSIONS}{Session.objects.get(user=alice).pk}/change/",
    ]
    for path in paths:
        assert office.get(path).status_code == 200, path
    assert "alice" in office.get(f"{USERS}?q=Moreau").content.decode()


def test_it_is_for_staff(client: Client, alice: User) -> None:
    assert client.get(USERS)["Location"].startswith("/admin/login/")
    client.force_login(alice)
    assert client.get(USERS)["Location"].startswith("/admin/login/")


def test_a_new_name_is_told_to_everyone(office: Client, alice: User, events: Events) -> None:
    path = f"{USERS}{alice.pk}/change/"
    response = office.post(path, {**form_of(office, path), "display_name": "Alicia", "username": "alicia"})
    assert response.status_code == 302, response.context["errors"]
    (told,) = events("user.updated")
    assert (told["user"]["display_name"], told["user"]["username"]) == ("Alicia", "alicia")
    assert User.objects.get_by_natural_key("ALICIA") == alice


def test_rights_are_given_without_a_word(office: Client, alice: User, events: Events) -> None:
    path = f"{USERS}{alice.pk}/change/"
    permission = Permission.objects.get(codename="change_user")
    body = {**form_of(office, path), "is_staff": "on", "user_permissions": [permission.pk]}
    assert office.post(path, body).status_code == 302
    alice.refresh_from_db()
    assert alice.is_staff
    assert list(alice.user_permissions.all()) == [permission]
    assert events("user.updated") == []


def test_a_name_that_is_taken(office: Client, alice: User, bob: User) -> None:
    path = f"{USERS}{alice.pk}/change/"
    assert "username" in office.post(path, {**form_of(office, path), "username": "BOB"}).context["adminform"].errors
    response = office.post(
        f"{USERS}add/", {"username": "BOB", "usable_password": "true", "password1": NEW, "password2": NEW}
    )
    assert "username" in response.context["adminform"].errors


def test_a_new_person(office: Client, login: Login) -> None:
    body = {
        "username": "dora",
        "email": "dora@example.org",
        "usable_password": "true",
        "password1": NEW,
        "password2": NEW,
    }
    assert office.post(f"{USERS}add/", body).status_code == 302
    dora = User.objects.get(username="dora")
    assert (dora.display_name, dora.email) == ("dora", "dora@example.org")
    assert login(dora, NEW)


def test_a_new_password_ends_all_sessions(office: Client, alice: User, login: Login) -> None:
    client = bearer(login(alice)["access"])
    body = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert office.post(f"{USERS}{alice.pk}/password/", body).status_code == 302
    assert client.get("/api/users/me").status_code == 401
    assert login(alice, NEW)


def test_taking_the_password_away(office: Client, alice: User, login: Login) -> None:
    client = bearer(login(alice)["access"])
    body = {"usable_password": "false", "unset-password": "x"}
    assert office.post(f"{USERS}{alice.pk}/password/", body).status_code == 302
    assert client.get("/api/users/me").status_code == 401
    alice.refresh_from_db()
    assert not alice.has_usable_password()


def test_a_bad_new_password(office: Client, alice: User, login: Login) -> None:
    client = bearer(login(alice)["access"])
    body = {"usable_password": "true", "password1": "short", "password2": "short"}
    assert office.post(f"{USERS}{alice.pk}/password/", body).status_code == 200
    assert client.get("/api/users/me").status_code == 200


def test_ones_own_new_password(office: Client, admin: User) -> None:
    """Ends this browser's session as well: log in again."""
    body = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert office.post(f"{USERS}{admin.pk}/password/", body).status_code == 302
    assert office.get("/admin/").status_code == 302
    assert not Session.objects.filter(ended_at=None).exists()


def test_nobody_is_deleted(office: Client, alice: User) -> None:
    assert office.post(f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    office.post(USERS, {"action": "delete_selected", "_selected_action": [str(alice.pk)], "post": "yes"})
    assert User.objects.filter(pk=alice.pk).exists()


def test_ending_a_session(office: Client, alice: User, login: Login, events: Events) -> None:
    phone, laptop = (bearer(login(alice)["access"]) for _ in range(2))
    of_phone, _of_laptop = Session.objects.filter(user=alice).order_by("id")
    act(office, SESSIONS, "end", of_phone)
    assert phone.get("/api/users/me").status_code == 401
    assert laptop.get("/api/users/me").status_code == 200
    assert events("auth.ended", topic=f"session:{of_phone.pk}") == [{"reason": "revoked"}]


def test_sessions_are_only_looked_at(office: Client, alice: User, login: Login) -> None:
    login(alice)
    session = Session.objects.get(user=alice)
    page = office.get(f"{SESSIONS}{session.pk}/change/").content.decode()
    assert session.refresh_jti not in page
    assert office.post(f"{SESSIONS}{session.pk}/change/", {"user_agent": "x"}).status_code == 403
    assert office.post(f"{SESSIONS}{session.pk}/delete/", {"post": "yes"}).status_code == 403
    assert office.get(f"{SESSIONS}add/").status_code == 403


def test_staff_without_the_right_cannot_log_others_out(client: Client, alice: User, bob: User, login: Login) -> None:
    phone = bearer(login(alice)["access"])
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "view_session"]))
    client.force_login(bob)
    for path, action, thing in ((SESSIONS, "end", Session.objects.get(user=alice)), (USERS, "deactivate", alice)):
        client.post(path, {"action": action, "reason": "Lost.", "_selected_action": [str(thing.pk)]})
    assert phone.get("/api/users/me").status_code == 200
