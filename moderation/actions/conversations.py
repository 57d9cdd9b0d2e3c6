"""What staff do to conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from chat import actions as chat
from moderation.actions.auditing import note, require
from moderation.models import Act

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from chat.models import Conversation
    from moderation.models import Report


def set_locked(
    *, conversation: Conversation, locked: bool, by: User, reason: str, report: Report | None = None
) -> Conversation:
    """Let nobody but staff write in a conversation, or everybody again; all in it see it at once.

    Raises:
        NotAllowed, WrongField: see `require`.
        Conversation.DoesNotExist: it was deleted.
    """
    act = Act.LOCK if locked else Act.UNLOCK
    return _switch(conversation, chat.set_locked, {"locked": locked}, by=by, act=act, reason=reason, report=report)


def set_archived(
    *, conversation: Conversation, archived: bool, by: User, reason: str, report: Report | None = None
) -> Conversation:
    """End a conversation for all in it without deleting it, or open it again; all in it see it at once.

    Raises:
        NotAllowed, WrongField: see `require`.
        Conversation.DoesNotExist: it was deleted.
    """
    act = Act.ARCHIVE if archived else Act.UNARCHIVE
    return _switch(
        conversation, chat.set_archived, {"archived": archived}, by=by, act=act, reason=reason, report=report
    )


def _switch(
    conversation: Conversation,
    switch: Callable[..., Conversation],
    after: dict[str, bool],
    *,
    by: User,
    act: Act,
    reason: str,
    report: Report | None,
) -> Conversation:
    reason = require(by, act, reason)
    with transaction.atomic():
        before = {name: getattr(conversation, f"{name}_at") is not None for name in after}
        done = switch(conversation_id=conversation.pk, by=by, **after)
        note(by=by, act=act, target=done, reason=reason, before=before, after=after, report=report)
    return done
