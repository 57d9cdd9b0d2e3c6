"""Wanting nothing of somebody: what that changes in the conversations that both are in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts import actions as account_actions
from chat.actions.reading import tell_unread
from chat.models import Conversation, Message, Participant

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User


def block(*, user: User, target: User) -> None:
    """Want nothing of somebody any more; doing it again changes nothing.

    Raises:
        accounts.actions.TooManyBlocked: nobody needs so many.
    """
    _set(account_actions.block, user, target)


def unblock(*, user: User, target: User) -> None:
    """Take a block back, if there is one."""
    _set(account_actions.unblock, user, target)


def _set(change: Callable[..., bool], user: User, target: User) -> None:
    """Change the block, and tell one's own devices where the unread counts change with it."""
    with transaction.atomic():
        # What the other says at this moment comes wholly before or wholly after it. In the order of ids: two of these
        # may run at once.
        shared = {
            conversation.pk: conversation
            for conversation in Conversation.objects.of(user)
            .filter(pk__in=Conversation.objects.of(target).values("pk"))
            .order_by("pk")
            .select_for_update(no_key=True, of=("self",))
        }
        before = Message.objects.unread_counts(user)["conversations"]
        if not change(user=user, target=target):
            return
        after = Message.objects.unread_counts(user)["conversations"]
        for own in Participant.objects.filter(user=user, conversation__in=shared).order_by("conversation"):
            own.conversation = shared[own.conversation_id]
            if before.get(str(own.conversation_id)) != after.get(str(own.conversation_id)):
                tell_unread(own)
        if shared and settings.BLOCK_CHANGED:
            tell = partial(import_string(settings.BLOCK_CHANGED), user=user, target=target)
            transaction.on_commit(tell, robust=True)  # who is present is no part of what is kept
