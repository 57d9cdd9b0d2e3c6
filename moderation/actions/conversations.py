"""What staff do to conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from chat import actions as chat
from moderation.actions.auditing import note, require
from moderation.models import Act

if TYPE_CHECKING:
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
    reason = require(by, act, reason)
    with transaction.atomic():
        before = {"locked": conversation.locked_at is not None}
        done = chat.set_locked(conversation_id=conversation.pk, by=by, locked=locked)
        note(by=by, act=act, target=done, reason=reason, before=before, after={"locked": locked}, report=report)
    return done


def set_archived(
    *, conversation: Conversation, archived: bool, by: User, reason: str, report: Report | None = None
) -> Conversation:
    """End a conversation for all in it without deleting it, or open it again; all in it see it at once.

    Raises:
        NotAllowed, WrongField: see `require`.
        Conversation.DoesNotExist: it was deleted.
    """
    act = Act.ARCHIVE if archived else Act.UNARCHIVE
    reason = require(by, act, reason)
    with transaction.atomic():
        before = {"archived": conversation.archived_at is not None}
        done = chat.set_archived(conversation_id=conversation.pk, by=by, archived=archived)
        note(by=by, act=act, target=done, reason=reason, before=before, after={"archived": archived}, report=report)
    return done
