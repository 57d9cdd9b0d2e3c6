"""Does what no client can, in a Django process of its own without a hub: `House.do` asks it, a line of JSON each way.

Straight through the models and actions: signing up one by one would meet the limit of new accounts.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import Session

TRIES = 100  # while the database is away
RETRY_S = 0.1


def cast(people: int, groups: list[list[int]]) -> dict[str, Any]:
    """New people with a session each, and a conversation for each group of them."""
    from django.utils import timezone

    from accounts import tokens
    from accounts.models import Session, User
    from chat import actions

    family = secrets.token_hex(4)
    users = User.objects.bulk_create(User(username=f"person{number}-{family}") for number in range(people))
    day = timezone.now() + timedelta(days=1)
    sessions = Session.objects.bulk_create(Session(user=user, kind=Session.Kind.API, expires_at=day) for user in users)
    conversations = [
        actions.create_group(
            creator=users[members[0]], title=f"Group {number}", people=[users[member] for member in members]
        )
        for number, members in enumerate(groups)
    ]
    return {
        "tokens": [tokens.access_for(session) for session in sessions],
        "people": [str(user.pk) for user in users],
        "sessions": [str(session.pk) for session in sessions],
        "conversations": [str(conversation.pk) for conversation in conversations],
    }


def token(session: str, seconds: float) -> str:
    """An access token that is good for so long."""
    from rest_framework_simplejwt.tokens import AccessToken

    from accounts import tokens

    lifetime, AccessToken.lifetime = AccessToken.lifetime, timedelta(seconds=seconds)
    try:
        return tokens.access_for(_session(session))
    finally:
        AccessToken.lifetime = lifetime


def cookie(person: str) -> str:
    """The cookie of a browser that is logged in."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=person))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def session_of(cookie: str) -> str:
    """The session behind a browser's cookie."""
    from accounts.models import Session

    return str(Session.objects.get(session_key=cookie.partition("=")[2]).pk)


def ban(person: str) -> None:
    """Shut somebody out."""
    from accounts import actions
    from accounts.models import User

    actions.deactivate(user=User.objects.get(pk=person))


def log_out(session: str) -> None:
    """End one session."""
    from accounts import actions
    from accounts.models import Session

    actions.end_session(session=_session(session), reason=Session.EndReason.LOGOUT)


def change_password(person: str) -> None:
    """Another password, and no session survives it."""
    from accounts import actions
    from accounts.models import User

    actions.set_password(user=User.objects.get(pk=person), password=None)


def age(seconds: float) -> None:
    """Everything that is in the log now was written so much earlier."""
    from django.db.models import F

    from realtime.models import Event

    Event.objects.update(created_at=F("created_at") - timedelta(seconds=seconds))


def prune() -> int:
    """Do what a worker does, and let go of what is older than what is kept: not of what it had not read."""
    from notifications.follower import follow
    from realtime import retention

    follow()
    return retention.prune()


def catch_up() -> None:
    """Do what a worker does about notifications, to the end of the log: the next worker begins there."""
    from notifications.follower import follow
    from realtime.sequencer import look

    while look().placed:
        pass
    follow()


def subscribe(session: str, endpoint: str, keys: dict[str, str]) -> None:
    """A browser that is told by push, wherever its push service may be."""
    from notifications import actions

    found = _session(session)
    actions.subscribe(user=found.user, session=found, endpoint=endpoint, **keys)


def _session(session: str) -> Session:
    from accounts.models import Session

    return Session.objects.select_related("user").get(pk=session)


DEEDS: dict[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (cast, token, cookie, session_of, ban, log_out, change_password, age, prune, catch_up, subscribe)
}


def _try(deed: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    from django.db import InterfaceError, OperationalError, close_old_connections

    for _attempt in range(TRIES):
        close_old_connections()
        try:
            return deed(**arguments)
        except (OperationalError, InterfaceError) as error:
            sys.stderr.write(f"{deed.__name__}: {error}\n")
            time.sleep(RETRY_S)
        finally:
            close_old_connections()
    raise TimeoutError(deed.__name__)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        result = _try(DEEDS[asked.pop("do")], asked)
        # The monotonic clock is one for all processes: the asker knows when it was done, however late it hears of it.
        sys.stdout.write(json.dumps({"result": result, "at": time.monotonic()}) + "\n")
        sys.stdout.flush()
