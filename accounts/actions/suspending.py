"""Shutting people out for a time. It ends by itself: nothing needs to run for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.actions.sessions import end_all, lock_user
from accounts.models import Session

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def suspend(*, user: User, until: datetime) -> User:
    """Shut a person out up to a moment: no log-in, no session until then."""
    with transaction.atomic():
        locked = lock_user(user)
        locked.suspended_until = until
        locked.save(update_fields=["suspended_until"])
        end_all(locked, Session.EndReason.SUSPENDED)
    return locked


def end_suspension(*, user: User) -> User:
    """Let a suspended person log in again before their time."""
    with transaction.atomic():
        locked = lock_user(user)
        locked.suspended_until = None
        locked.save(update_fields=["suspended_until"])
    return locked
