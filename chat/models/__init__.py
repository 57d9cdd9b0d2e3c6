"""Conversations, who takes part in them, and what is said there. Every change is made by `chat.actions`."""

from chat.models.attachments import Attachment, AttachmentQuerySet
from chat.models.conversations import (
    FIRST_PARTICIPANTS,
    OWN,
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
from chat.models.delivered import Position, deliver
from chat.models.drafts import Draft
from chat.models.edits import MessageEdit
from chat.models.exports import UNFINISHED, Export, ExportFormat, ExportState
from chat.models.first_people import first_people
from chat.models.imports import ImportedConversation, ImportedPerson
from chat.models.invites import Invite
from chat.models.loading import asking_last_messages, complete, give_last_messages, load_last_messages
from chat.models.mentions import Mention, MentionQuerySet
from chat.models.messages import Message, MessageQuerySet, MessageType
from chat.models.previews import LinkPreview, LinkSearch, LinkState, MessageLink, PreviewState, hash_of
from chat.models.reactions import MAX_KINDS, Reaction, by_kind, one_emoji
from chat.models.receipts import Receipt, ReceiptStatus, shares_reads
from chat.models.reminders import Reminder
from chat.models.removed import RemovedMessage
from chat.models.scheduled import ScheduledMessage, ScheduledState
from chat.models.sender_reads import READS_OF, SenderRead
from chat.models.stars import Star
from chat.models.unread import counts_of, unread_asking, unread_of_many

__all__ = [
    "FIRST_PARTICIPANTS",
    "MAX_KINDS",
    "OWN",
    "READS_OF",
    "UNFINISHED",
    "Attachment",
    "AttachmentQuerySet",
    "Conversation",
    "ConversationQuerySet",
    "Draft",
    "Export",
    "ExportFormat",
    "ExportState",
    "History",
    "ImportedConversation",
    "ImportedPerson",
    "Invite",
    "Kind",
    "LinkPreview",
    "LinkSearch",
    "LinkState",
    "Mention",
    "MentionQuerySet",
    "Message",
    "MessageEdit",
    "MessageLink",
    "MessageQuerySet",
    "MessageType",
    "NotificationLevel",
    "Participant",
    "ParticipantQuerySet",
    "Position",
    "PreviewState",
    "Reaction",
    "Receipt",
    "ReceiptStatus",
    "Reminder",
    "RemovedMessage",
    "Role",
    "ScheduledMessage",
    "ScheduledState",
    "SenderRead",
    "Star",
    "asking_last_messages",
    "by_kind",
    "complete",
    "counts_of",
    "deliver",
    "direct_key",
    "first_people",
    "give_last_messages",
    "hash_of",
    "load_last_messages",
    "one_emoji",
    "shares_reads",
    "unread_asking",
    "unread_of_many",
]
