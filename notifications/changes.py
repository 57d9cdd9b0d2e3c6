"""What the log makes of notifications: worked out by `notifications.happenings`, carried out by the actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from notifications.models import Type


@dataclass(frozen=True, slots=True)
class Note:
    """Tell people of something, or that it happened once more."""

    type: Type
    key: str
    user_ids: Collection[UUID]
    at: datetime
    data: Mapping[str, Any]
    text: str = ""
    done_by: UUID | None = None  # for whom it is stored as read: nobody needs to be told what they did
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    seq: int = 0  # where it counts messages
    keywords: Mapping[UUID, str] = field(default_factory=dict)  # what was found in it, for whom
    pushes: Mapping[UUID, bool] = field(default_factory=dict)  # who wants a push, and whether they are here just now


@dataclass(frozen=True, slots=True)
class Seen:
    """A person has read a conversation up to somewhere; or all of it."""

    user_id: UUID
    conversation_id: UUID
    upto: int = 0
    senders: Mapping[str, int] = field(default_factory=dict)  # further than that, what these people said
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A person is not in a conversation any more: they keep nothing of what they were told of it."""

    user_id: UUID
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class Gone:
    """A message was deleted: nothing of it is left."""

    message_id: UUID
    conversation_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class Reworded:
    """A message says something else."""

    message_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Unreacted:
    """Somebody took a reaction back."""

    message_id: UUID
    sender_id: str
    emoji: str


Change = Note | Seen | Left | Gone | Reworded | Unreacted
