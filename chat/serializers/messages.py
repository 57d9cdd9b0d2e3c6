"""The one JSON shape of a message, for REST answers and for events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.serializers import user_json
from chat.serializers.excerpts import excerpt
from chat.serializers.reactions import reactions_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chat.models import Message, Participant


def message_json(message: Message) -> dict[str, Any]:
    """A message as everybody gets it. `status`, which is for its sender alone, is added by `with_status`."""
    return {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "client_id": message.client_id,
        "type": message.type,
        "sender": user_json(message.sender) if message.sender is not None else None,
        "content": message.content,
        "mentions": message.mentions,
        "mentions_all": message.mentions_all,
        "reply_to": reply_to_json(message.reply_to) if message.reply_to is not None else None,
        "thread_root": message.thread_root_id,
        "reply_count": message.reply_count,
        "forwarded": message.forwarded,
        "attachments": [],
        "reactions": reactions_json(message),
        "pinned_at": None,
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
    """Messages of one conversation as a participant gets them: their own with how far all the others are."""
    delivered, read = participant.others_have()
    shown = []
    for message in messages:
        shown.append(message_json(message))
        if message.sender_id == participant.user_id:
            seq = message.seq
            shown[-1]["status"] = "read" if seq <= read else "delivered" if seq <= delivered else "sent"
    return shown
