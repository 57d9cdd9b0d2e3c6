"""Who may do what: every role at every method of every address, as matrix.txt says."""

from __future__ import annotations

import string
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts import actions as account_actions
from accounts import tokens
from accounts.devices import Device
from accounts.models import Session, User
from chat import actions
from chat.models import Role
from tests.conftest import FAST_HASHERS, PASSWORD
from tests.security.matrix import METHODS, ROLES, TABLE, Line, admin_routes, lines, routes

pytestmark = pytest.mark.django_db

LINES = lines()


class Cast:
    """Everybody, around one group."""

    def __init__(self) -> None:
        made = {name: User.objects.create_user(name, PASSWORD) for name in [*ROLES[1:], "target", "stranger"]}
        self.people = made
        self._browsers: dict[str, Client] = {}
        User.objects.filter(pk=made["staff"].pk).update(is_staff=True, is_superuser=True)
        made["staff"].refresh_from_db()
        inside = [made[name] for name in ("member", "moderator", "target", "banned")]
        group = actions.create_group(creator=made["admin"], title="Harbour walk", people=inside)
        actions.set_role(
            user=made["admin"], conversation_id=group.pk, target_id=made["moderator"].pk, role=Role.MODERATOR
        )
        self.group = group
        self.message = self._say(made["target"], group.pk)
        self.code = actions.create_invite(
            user=made["admin"], conversation_id=group.pk, expires_at=None, max_uses=None
        ).code
        for role in ROLES[1:]:  # before anything is undone
            self._browsers[role] = Client()
            self._browsers[role].force_login(made[role])
        account_actions.deactivate(user=made["banned"])
        self.names = {role: self._make_names(role) for role in ROLES}

    def _make_names(self, role: str) -> dict[str, str]:
        """What the $names of the table stand for."""
        names = {
            "conversation": str(self.group.pk),
            "message": self.message,
            "target": str(self.people["target"].pk),
            "stranger": str(self.people["stranger"].pk),
            "username": "target",
            "code": self.code,
            "emoji": quote("👍"),
            "password": PASSWORD,
            "own": self.message,
            "other": str(self.group.pk),
            "session": str(uuid.uuid4()),
            "refresh": "x",
            "tomorrow": (timezone.now() + timedelta(days=1)).isoformat(),
        }
        if role in {"anonymous", "banned"}:
            return names
        person = self.people[role]
        device = account_actions.open_session(
            user=person, kind=Session.Kind.API, device=Device(), lifetime=tokens.refresh_lifetime()
        )
        other = actions.create_group(creator=person, title="Other", people=[self.people["target"]])
        own_place = self.group.pk if role in {"member", "moderator", "admin"} else other.pk
        return names | {
            "session": str(device.pk),
            "refresh": tokens.refresh_for(device),
            "other": str(other.pk),
            "own": self._say(person, own_place),
        }

    def browser(self, role: str) -> Client:
        """Somebody's browser, with the cookie of a log-in."""
        client = Client(raise_request_exception=False)  # cookies that come with an answer are not kept
        if role != "anonymous":
            for name, morsel in self._browsers[role].cookies.items():
                client.cookies[name] = morsel.value
        return client

    @staticmethod
    def _say(sender: User, conversation_id: Any) -> str:
        message, _created = actions.send_message(
            sender=sender, conversation_id=conversation_id, client_id=uuid.uuid4().hex, content="hello"
        )
        return str(message.pk)


class Path(dict[str, str]):
    """What the parameters of an address stand for; ids that nobody has for those it does not know."""

    def __missing__(self, key: str) -> str:
        return str(uuid.UUID(int=7))


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The same for all tests here: what a request changes is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=FAST_HASHERS):
            made = Cast()
        yield made
        transaction.set_rollback(True)


Ask = Callable[[str, str, str, str], int]


@pytest.fixture
def ask(cast: Cast, settings: Settings) -> Ask:
    """The status that a role gets; nothing of it stays."""
    settings.BASE_URL = "https://testserver"  # passkeys ask for that

    def asked(role: str, method: str, route: str, body: str = "") -> int:
        names = cast.names[role]
        path = route.format_map(
            Path({**names, **{f"{name}_id": names[name] for name in names}, "user_id": names["target"], "seq": "1"})
        )
        data = string.Template(body).substitute(names)
        kind = "application/json" if not data or data.startswith("{") else "application/x-www-form-urlencoded"
        with transaction.atomic():
            status: int = cast.browser(role).generic(method, path, data, kind).status_code
            transaction.set_rollback(True)
        return status

    return asked


@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_table_says(line: Line, ask: Ask) -> None:
    found = {role: ask(role, line.method, line.route, line.body) for role in ROLES}
    assert found == line.expected, f"what came instead: {suggestion(line.method, line.route, found, line.body)}"


def test_every_method_of_every_address_is_in_the_table(ask: Ask) -> None:
    known = {str(line) for line in LINES}
    missing = []
    for route in routes():
        for method in METHODS:
            if f"{method} {route}" not in known and ask("staff", method, route, "") != 405:
                found = {role: ask(role, method, route, "") for role in ROLES}
                missing.append(suggestion(method, route, found, ""))
    assert not missing, (
        f"Add to {TABLE.name}, with a body that is right and the statuses that are meant:\n" + "\n".join(missing)
    )


def test_nothing_in_the_table_is_gone() -> None:
    assert {line.route for line in LINES} <= set(routes())
    assert len({str(line) for line in LINES}) == len(LINES)


def suggestion(method: str, route: str, found: dict[str, int], body: str) -> str:
    """A line for the table."""
    statuses = " ".join(str(found[role]) for role in ROLES)
    return f"{method} {route} | {statuses}" + (f" | {body}" if body else "")


@pytest.mark.parametrize("route", admin_routes())
def test_the_administration_is_for_staff_alone(route: str, cast: Cast) -> None:
    path = route.replace("{object_id}", str(cast.people["target"].pk)).replace("{content_type_id}/{object_id}", "1/1")
    if "{" in path or "(" in path or path in {"/admin/login/", "/admin/logout/"}:
        return
    for role in ROLES:
        if role != "staff":
            for method in ("GET", "POST"):
                answer = cast.browser(role).generic(method, path)
                assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/"), (role, method)
