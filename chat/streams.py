"""The stream of one conversation: who may follow it, and what it begins with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from accounts.models import User
from chat.models import Conversation, Participant
from chat.serializers import conversations_for, participant_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


def enter(user_id: UUID, conversation_id: UUID) -> Callable[[], dict[str, Any] | None] | None:
    """For those who take part, the function that reads the snapshot; None for outsiders, and where there is nothing."""
    inside = Participant.objects.active().filter(user=user_id, conversation=conversation_id).exists()
    return partial(_snapshot, user_id, conversation_id) if inside else None


def _snapshot(user_id: UUID, conversation_id: UUID) -> dict[str, Any] | None:
    """{conversation (as the person sees it), participants (all of them)}; None for who left meanwhile."""
    user = User.objects.get(pk=user_id)
    found = list(Conversation.objects.of(user).filter(pk=conversation_id))
    people = Participant.objects.active().filter(conversation=conversation_id).select_related("user").order_by("id")
    return (
        {
            "conversation": conversations_for(user, found)[0],
            "participants": [participant_json(participant) for participant in people],
        }
        if found
        else None
    )
