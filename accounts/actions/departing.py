"""Deleting an account: at once what only its person needs, then, in the worker, what stands between others."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import files
from accounts.actions.people import public
from accounts.actions.sessions import end_all, lock_user
from accounts.actions.takeouts import drop_takeout
from accounts.models import Departure, Mail, RecoveryCode, RetiredName, Session, StreamTicket, TwoFactor, User
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

NAME = "Deleted account"
NAME_RESTS = timedelta(days=90)
AT_ONCE = 20


def delete_account(*, user: User, removes_messages: bool) -> None:
    """Nobody can log in with the account from here on, and nothing shows whose it was.

    What only the person needs goes in the same transaction. Places in conversations, and messages if the person wants
    that, go by `finish_departures`.
    """
    nobody = make_password(None)
    with transaction.atomic():
        locked = lock_user(user)
        if Departure.objects.filter(user=locked).exists():
            return
        end_all(locked, Session.EndReason.DELETED)
        Departure.objects.create(user=locked, removes_messages=removes_messages, display_name=locked.display_name)
        RetiredName.objects.update_or_create(
            key=RetiredName.key_of(locked.username), defaults={"until": timezone.now() + NAME_RESTS}
        )
        _forget(locked, nobody)
        for path in settings.ACCOUNT_DELETED:  # of the apps above us
            forget: Callable[[User], None] = import_string(path)
            forget(locked)
        append(topic=topics.EVERYONE, type="user.updated", payload={"user": public(locked)})


def _forget(user: User, password: str) -> None:
    """Leave of the person's row what others' messages need to point at."""
    files.remove_after_commit([user.avatar] if user.avatar else [])
    drop_takeout(user=user)
    user.blocks.all().delete()
    Mail.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    StreamTicket.objects.filter(session__user=user).delete()
    TwoFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    user.passkeys.all().delete()
    # The rows stay for a while: streams look at them to see that they have ended.
    Session.objects.filter(user=user).update(user_agent="", address=None)
    before = User(date_joined=user.date_joined)
    kept = {"id", "username_key", "search_text", "date_joined", "is_bot"}
    for field in User._meta.concrete_fields:
        if field.name not in kept:
            setattr(user, field.name, getattr(before, field.name))
    user.username, user.display_name = f"deleted-{secrets.token_hex(8)}", NAME
    user.password, user.is_active = password, False
    user.save()


def finish_departures() -> None:
    """Take those who deleted their accounts out of what others see. For a job.

    Each step may be done twice, by two workers or after a crash: it finds nothing left to do then.
    """
    waiting = Departure.objects.filter(finished_at=None).select_related("user").order_by("created_at")
    for departure in list(waiting[:AT_ONCE]):
        try:
            for path in settings.ACCOUNT_DEPARTED:
                take_out: Callable[[Departure], None] = import_string(path)
                take_out(departure)
        except Exception:  # one must not keep the others
            logger.exception("the account %s is not yet gone from everywhere", departure.user_id)
            continue
        mine = Departure.objects.filter(pk=departure.pk)
        mine.update(finished_at=timezone.now(), display_name="")
    RetiredName.objects.filter(until__lte=timezone.now()).delete()
