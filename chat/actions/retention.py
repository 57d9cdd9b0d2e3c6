"""Removing what is older than the settings say that it is kept: through the log, like any other removal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat.actions.deleting import expire_message
from chat.actions.restoring import forget_kept
from chat.models import Conversation, Kind, Message

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MESSAGES_AT_ONCE = 200


def remove_old() -> None:
    """Remove what was said longer ago than `BROOK_KEEP_DIRECT_DAYS` and `BROOK_KEEP_GROUP_DAYS`. For a job, in a thread
    of its own: it looks at every conversation, at each from where it was the last time, at deleted ones, too.
    """
    for kind, days in ((Kind.DIRECT, settings.KEEP_DIRECT_DAYS), (Kind.GROUP, settings.KEEP_GROUP_DAYS)):
        if days:
            before = timezone.now() - timedelta(days=days)
            old = Conversation.objects.filter(kind=kind, created_at__lt=before).order_by("pk")
            for conversation_id in old.values_list("pk", flat=True).iterator(chunk_size=1000):
                _expire(conversation_id, before)


def _expire(conversation_id: UUID, before: datetime) -> None:
    """A transaction for each message: nobody waits for all of them."""
    reached = Conversation.objects.values_list("expired_seq", flat=True).get(pk=conversation_id)
    while True:
        rows = Message.objects.filter(conversation=conversation_id, seq__gt=reached, created_at__lt=before)
        batch = list(rows.order_by("seq")[:MESSAGES_AT_ONCE])
        if not batch:
            return
        for message in batch:
            with transaction.atomic():
                expire_message(message=message)
        forget_kept(messages=batch)  # or what a moderator removed would outlive what nobody did
        reached = batch[-1].seq
        Conversation.objects.filter(pk=conversation_id).update(expired_seq=reached)
