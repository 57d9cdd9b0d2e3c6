"""Reading what people say to each other, as staff: a permission of its own, with a reason, for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat import actions as chat
from moderation.actions.auditing import note, require
from moderation.models import Act, AuditEntry

if TYPE_CHECKING:
    from accounts.models import User
    from chat.models import Conversation
    from moderation.models import Report

OPEN_FOR = timedelta(minutes=15)


def read_private(*, conversation: Conversation, by: User, reason: str, report: Report | None = None) -> None:
    """Let one of the staff read a conversation for `OPEN_FOR`. Where the setting says so, the people in it see it.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.READ, reason)
    with transaction.atomic():
        note(by=by, act=Act.READ, target=conversation, reason=reason, report=report)
        if settings.SHOW_STAFF_READING and conversation.deleted_at is None:
            chat.tell_staff_reads(conversation_id=conversation.pk, by=by)


def may_read_now(*, conversation: Conversation, by: User) -> bool:
    """Whether they said why a moment ago."""
    said = AuditEntry.objects.about(conversation).filter(act=Act.READ, by_id=by.pk)
    return said.filter(at__gt=timezone.now() - OPEN_FOR).exists()
