"""Conversations, who takes part in them, and what is said there. Every change is made by `chat.actions`."""

from chat.models.conversations import (
    FIRST_PARTICIPANTS,
    Conversation,
    ConversationQuerySet,
    History,
    Kind,
    NotificationLevel,
    Participant,
    ParticipantQuerySet,
    Role,
    direct_key,
)
from chat.models.messages import Message, MessageQuerySet, MessageType
from chat.models.receipts import Receipt, ReceiptStatus

__all__ = [
    "FIRST_PARTICIPANTS",
    "Conversation",
    "ConversationQuerySet",
    "History",
    "Kind",
    "Message",
    "MessageQuerySet",
    "MessageType",
    "NotificationLevel",
    "Participant",
    "ParticipantQuerySet",
    "Receipt",
    "ReceiptStatus",
    "Role",
    "direct_key",
]
