"""Holding a conversation for a court: what is deleted there from now on is kept, and nobody in it sees that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chat.models import Conversation

if TYPE_CHECKING:
    from uuid import UUID


def set_held(*, conversation_id: UUID, held: bool) -> Conversation:
    """Keep what goes of a conversation from now on, or no longer; `tidy_removed` forgets it then.

    No event tells of it. A conversation that was deleted is held as well: its messages are still there.

    Raises:
        Conversation.DoesNotExist: there never was one.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
        if (conversation.held_at is not None) != held:
            conversation.held_at = timezone.now() if held else None
            conversation.save(update_fields=["held_at"])
    return conversation
