"""Saying something."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.actions.errors import Blocked
from chat.models import Conversation, Message, MessageType, Participant
from chat.serializers import message_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


class ClientIdTaken(Exception):
    """The sender used this client_id for a message in another conversation."""


def send_message(*, sender: User, conversation_id: UUID, client_id: str, content: str) -> tuple[Message, bool]:
    """Say something: (message, whether it is new). The same `client_id` again gives the first message.

    Raises:
        Participant.DoesNotExist: the sender takes no part in such a conversation.
        ClientIdTaken: the id belongs to a message of the sender's in another conversation.
        Blocked: one of the two of a direct conversation wants nothing of the other.
    """
    twin = Message.objects.filter(sender=sender, client_id=client_id)
    try:
        with transaction.atomic():
            participant = Participant.objects.with_twin(twin).find_locked(sender, conversation_id)
            if participant.twin is None:
                if participant.blocked_beside:
                    raise Blocked
                return _add(participant.conversation, sender, client_id, content), True
    except IntegrityError:  # the twin went to another conversation at the same moment, past our lock
        pass
    first = twin.with_everything().get()
    if first.conversation_id != conversation_id:
        raise ClientIdTaken
    return first, False


def add_system_message(conversation: Conversation, actor: User, content: str) -> Message:
    """Note in the conversation what somebody changed, inside the transaction of the change; its row is locked."""
    return _add(conversation, actor, f"system:{uuid4()}", content, MessageType.SYSTEM)


def _add(
    conversation: Conversation, sender: User, client_id: str, content: str, kind: MessageType = MessageType.TEXT
) -> Message:
    now = timezone.now()
    message = Message(
        conversation=conversation,
        seq=conversation.last_seq + 1,
        sender=sender,
        client_id=client_id,
        type=kind,
        content=content,
        created_at=now,
    )
    message.all_reactions = []
    message.save(force_insert=True)
    conversation.last_seq, conversation.last_message, conversation.last_activity_at = message.seq, message, now
    conversation.save(update_fields=["last_seq", "last_message", "last_activity_at"])
    append(
        topic=topics.conversation(conversation.pk),
        type="message.created",
        payload={"message": message_json(message)},
        object_id=message.pk,
    )
    return message
