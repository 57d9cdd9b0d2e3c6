"""Whom somebody wants nothing of."""

from __future__ import annotations

from django.db import transaction

from accounts.actions.sessions import lock_user
from accounts.models import Block, User
from realtime import topics
from realtime.log import append

MAX_BLOCKED = 1000


class TooManyBlocked(Exception):
    """A person blocks `MAX_BLOCKED` people already."""


def block(*, user: User, target: User) -> bool:
    """Want nothing of somebody any more; False if that was so already. Nobody but oneself hears of it.

    Raises:
        TooManyBlocked: the list is told whole, and must stay short.
    """
    with transaction.atomic():
        locked = lock_user(user)
        if locked.blocks.filter(blocked=target).exists():
            return False
        if locked.blocks.count() >= MAX_BLOCKED:
            raise TooManyBlocked
        locked.blocks.create(blocked=target)
        _tell_blocked(locked)
    return True


def unblock(*, user: User, target: User) -> bool:
    """Take a block back; False if there was none."""
    with transaction.atomic():
        locked = lock_user(user)
        removed, _by_model = locked.blocks.filter(blocked=target).delete()
        if removed:
            _tell_blocked(locked)
    return bool(removed)


def _tell_blocked(user: User) -> None:
    append(topic=topics.user(user.pk), type="me.updated", payload={"blocked": Block.objects.by(user)})
