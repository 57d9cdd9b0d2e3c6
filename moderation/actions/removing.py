"""Taking messages away and putting them back, as staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy

from chat import actions as chat
from moderation.actions.auditing import note, require
from moderation.actions.telling import tell
from moderation.models import Act

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.models import User
    from chat.models import Message
    from moderation.models import Report


def remove_message(*, message: Message, by: User, reason: str, text: str = "", report: Report | None = None) -> None:
    """Remove a message for everybody. Its sender hears that staff did it, and what `text` says.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: nobody said it.
    """
    reason = require(by, Act.REMOVE, reason)
    with transaction.atomic():
        before = {"deleted_at": message.deleted_at}
        chat.remove_message(message=message, by=by)
        message.refresh_from_db()
        after = {"deleted_at": message.deleted_at}
        note(by=by, act=Act.REMOVE, target=message, reason=reason, before=before, after=after, report=report)
        if before != after:
            tell_sender(message, Act.REMOVE, gettext_lazy("Staff removed a message of yours"), text)


def restore_message(*, message: Message, by: User, reason: str, report: Report | None = None) -> None:
    """Put back what a moderator or staff removed; its sender hears of it.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: nothing of it is kept.
    """
    reason = require(by, Act.RESTORE, reason)
    with transaction.atomic():
        before = {"deleted_at": message.deleted_at}
        chat.restore_message(message=message)
        after = {"deleted_at": None}
        note(by=by, act=Act.RESTORE, target=message, reason=reason, before=before, after=after, report=report)
        if before != after:
            tell_sender(message, Act.RESTORE, gettext_lazy("Staff put a message of yours back"))


def tell_sender(message: Message, act: Act, title: StrOrPromise, text: str = "") -> None:
    """Let whoever said something know what staff did about it, inside that transaction."""
    if message.sender_id is not None:
        data = {"act": act.value, "conversation_id": str(message.conversation_id), "message_id": str(message.pk)}
        tell([message.sender_id], lambda: (str(title), text), data)
