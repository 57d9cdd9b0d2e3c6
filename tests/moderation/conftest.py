"""Staff of each role, what Bob said to Alice, and the pages of acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from chat import actions
from chat.models import Message
from moderation.actions import report_message
from moderation.models import Act, Reason, Report
from moderation.roles import ROLES
from tests.conftest import PASSWORD

Office = Callable[[User], Client]
Ask = Callable[..., Any]


@pytest.fixture
def insult(alice: User, bob: User) -> Message:
    """What Bob said to Alice."""
    talk, _new = actions.open_direct(user=alice, partner=bob)
    return actions.send_message(sender=bob, conversation_id=talk.pk, client_id="1", content="You fool")[0]


@pytest.fixture
def report(alice: User, insult: Message) -> Report:
    """Alice's, of that."""
    return report_message(user=alice, message_id=insult.pk, reason=Reason.HARASSMENT, note="Again.")[0]


@pytest.fixture
def staff(db: None, fast_passwords: None) -> dict[str, User]:
    """One of each role, by its name."""
    made = {}
    for role in ROLES:
        made[role] = User.objects.create_user(role.lower(), PASSWORD, is_staff=True)
        made[role].groups.add(Group.objects.get(name=role))
    return made


@pytest.fixture
def office() -> Office:
    """Somebody's browser."""

    def opened(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return opened


@pytest.fixture
def order(office: Office) -> Ask:
    """Has one of the staff do something: order(admin, Act.BAN, bob, reason="Spam.")."""

    def ordered(by: User, act: Act, target: Any, **said: str) -> Any:
        noun = target._meta.model_name
        return office(by).post(f"/admin/act/{act.value}/{noun}/{target.pk}/", {"reason": "Rule 3.", **said})

    return ordered
