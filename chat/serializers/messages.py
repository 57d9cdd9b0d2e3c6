"""The one JSON shape of a message, for REST answers and for events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.serializers import user_json
from chat.models import Participant, Star, shares_reads
from chat.serializers.attachments import attachment_json
from chat.serializers.excerpts import excerpt
from chat.serializers.previews import previews_json
from chat.serializers.reactions import reactions_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User
    from chat.models import Message


def message_json(message: Message) -> dict[str, Any]:
    """A message as everybody gets it. What is for one person alone is added by `messages_for`."""
    return {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "client_id": message.client_id,
        "type": message.type,
        "sender": user_json(message.sender) if message.sender is not None else None,
        "content": message.content,
        "system": message.system,
        "mentions": message.mentions,
        "mentions_all": message.mentions_all,
        "reply_to": reply_to_json(message.reply_to) if message.reply_to is not None else None,
        "thread_root": message.thread_root_id,
        "reply_count": message.reply_count,
        "forwarded": message.forwarded,
        "attachments": [attachment_json(attachment) for attachment in message.attached],
        "previews": previews_json(message),
        "reactions": reactions_json(message),
        "pinned_at": message.pinned_at,
        "created_at": message.created_at,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
    }


def reply_to_json(original: Message) -> dict[str, Any]:
    """What a reply shows of the message it answers. Nothing of it is left when that was deleted."""
    return {
        "id": original.pk,
        "seq": original.seq,
        "sender": user_json(original.sender) if original.sender is not None else None,
        "excerpt": excerpt(original.content),
    }


def with_status(messages: Iterable[Message], participant: Participant) -> list[dict[str, Any]]:
    """Messages of one conversation as a participant gets them: see `messages_for`."""
    return messages_for(participant.user, messages)


def messages_for(user: User, messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Messages as one person gets them: `starred`, and their own with how far all the others are (`status`).

    Two queries, however many messages and conversations.
    """
    shown = list(messages)
    positions = Participant.objects.others_have(user.pk, {message.conversation_id for message in shown})
    starred = set(Star.objects.filter(user=user, message__in=shown).values_list("message_id", flat=True))
    return [_for(user, message, positions.get(message.conversation_id, (0, 0)), starred) for message in shown]


def _for(user: User, message: Message, positions: tuple[int, int], starred: set[UUID]) -> dict[str, Any]:
    shown = {**message_json(message), "starred": message.pk in starred}
    if message.sender_id == user.pk:
        delivered, read = positions
        read = read if shares_reads(user) else 0
        shown["status"] = "read" if message.seq <= read else "delivered" if message.seq <= delivered else "sent"
    return shown
