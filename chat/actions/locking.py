"""What staff do to a conversation: lock or archive it, and let the people in it know that they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chat.actions.conversations import tell_updated
from chat.actions.messages import add_system_message
from chat.models import Conversation
from chat.system_messages import told

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def set_locked(*, conversation_id: UUID, by: User, locked: bool) -> Conversation:
    """Lock a conversation, or open it again; one that is so already stays as it is. Everybody in it sees it.

    Raises:
        Conversation.DoesNotExist: there is none.
    """
    return _set(conversation_id, by, "locked_at", on=locked)


def set_archived(*, conversation_id: UUID, by: User, archived: bool) -> Conversation:
    """End a conversation without deleting it, or open it again; one that is so already stays as it is.

    All in it can read it, nobody can write, not even staff, and clients put it where one's own archive is.

    Raises:
        Conversation.DoesNotExist: there is none.
    """
    return _set(conversation_id, by, "archived_at", on=archived)


def _set(conversation_id: UUID, by: User, column: str, *, on: bool) -> Conversation:
    with transaction.atomic():
        found = Conversation.objects.filter(deleted_at=None)
        conversation = found.select_for_update(no_key=True).get(pk=conversation_id)
        if (getattr(conversation, column) is not None) != on:
            setattr(conversation, column, timezone.now() if on else None)
            conversation.save(update_fields=[column])
            tell_updated(conversation, by=by)
    return conversation


def tell_staff_reads(*, conversation_id: UUID, by: User) -> None:
    """Note in a conversation that staff read it.

    Raises:
        Conversation.DoesNotExist: there is none.
    """
    with transaction.atomic():
        found = Conversation.objects.filter(deleted_at=None)
        conversation = found.select_for_update(no_key=True).get(pk=conversation_id)
        add_system_message(conversation, by, told("staff_read", by=None))
