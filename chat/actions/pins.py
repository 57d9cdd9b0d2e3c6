"""Pinning messages in a conversation, for everybody in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.errors import Blocked, NotAllowed, Unfit, refuse_locked
from chat.actions.messages import add_system_message
from chat.actions.reactions import refuse_unless_said
from chat.models import Message, Participant
from chat.system_messages import told
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

MAX_PINS = 100  # in one conversation


def pin_message(*, user: User, message_id: UUID) -> Message:
    """Pin a message; one that is pinned stays as it is.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        NotAllowed: in a group only moderators and admins pin.
        Blocked: one of the two of a direct conversation wants nothing of the other.
        Unfit: nobody pins what was deleted or what nobody said; there are too many pins.
    """
    with transaction.atomic():
        message = _find(user, message_id)
        refuse_unless_said(message, "pin")
        if message.pinned_at is None:
            if Message.objects.pinned().filter(conversation=message.conversation_id).count() >= MAX_PINS:
                detail = _("A conversation has at most %(most)d pinned messages.") % {"most": MAX_PINS}
                raise Unfit(detail, "too_many_pins")
            message.pinned_at, message.pinned_by = timezone.now(), user
            message.save(update_fields=["pinned_at", "pinned_by"])
            add_system_message(message.conversation, user, told("message_pinned", by=user))
            _tell(message, "message.pinned", user)
    return message


def unpin_message(*, user: User, message_id: UUID) -> Message:
    """Take a pin away; nothing happens where there is none.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        NotAllowed: in a group only moderators and admins pin.
    """
    with transaction.atomic():
        message = _find(user, message_id)
        if message.pinned_at is not None:
            message.pinned_at = message.pinned_by = None
            message.save(update_fields=["pinned_at", "pinned_by"])
            _tell(message, "message.unpinned", user)
    return message


def _find(user: User, message_id: UUID) -> Message:
    participant, message = Participant.objects.find_message_locked(user, message_id)
    if not participant.can_pin:
        raise NotAllowed(_("Only moderators and admins can pin messages of a group."))
    if participant.blocked_beside:
        raise Blocked(_("You cannot pin anything for this person."))
    refuse_locked(participant.conversation, user)
    return message


def _tell(message: Message, event_type: str, user: User) -> None:
    append(
        topic=topics.conversation(message.conversation_id),
        type=event_type,
        payload={
            "conversation_id": message.conversation_id,
            "message_id": message.pk,
            "seq": message.seq,
            "pinned_at": message.pinned_at,
            "by": user.pk,
        },
        skips=Participant.objects.kept_from(message),
    )
