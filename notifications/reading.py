"""What people see of their notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from chat.models import MessageType, Participant
from notifications.audience import Audience
from notifications.deciding import Hush, Step, decide, steps
from notifications.happenings import matter_of
from notifications.models import CHANNELS, Channel, Decided, Notification, Preferences
from realtime.snapshot import cursor_now

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def page_of(user: User, *, page: int, limit: int, unread: bool | None) -> tuple[list[Notification], dict[str, Any]]:
    """The notifications of a page, and all else that the answer says."""
    cursor = cursor_now()
    mine = Notification.objects.of(user)
    unread_count = mine.unread().count()
    if unread is not None:
        mine = mine.filter(is_read=not unread)
    count = unread_count if unread else mine.count()
    start = (page - 1) * limit
    found = list(mine[start : start + limit]) if start < count else []
    return found, {
        "count": count,
        "page": page,
        "pages": max(1, -(-count // limit)),
        "unread_count": unread_count,
        "cursor": cursor,
    }


def why(user: User, message_id: UUID) -> dict[str, Any]:
    """Why the person was told of a message, or was not, step by step.

    Raises:
        Message.DoesNotExist, Participant.DoesNotExist: there is no such message that the person may see.
    """
    _participant, message = Participant.objects.find_message(user, message_id)
    kept = Decided.objects.filter(pk=message_id).first()
    at = kept.at if kept is not None else timezone.now()
    person = Audience([message.conversation_id]).find(message.conversation_id, user.pk)
    now = decide(matter_of(message), person, at)
    outcome = kept.outcome_for(str(user.pk)) if kept is not None else now.outcome
    if message.type == MessageType.SYSTEM:
        outcome = Step.SAID
    stopped_at = Step(outcome) if outcome in set(Step) else None
    hush = Hush(outcome) if outcome in set(Hush) else None
    return {
        "message_id": message_id,
        "decided_at": kept.at if kept is not None else None,
        "notified": stopped_at is None,
        "type": now.type,
        "hush": hush,
        "channels": _channels(person.preferences, now.type, stopped_at, hush),
        "steps": steps(stopped_at),
    }


def _channels(preferences: Preferences, type: str, stopped_at: Step | None, hush: Hush | None) -> dict[str, bool]:
    def told_by(channel: str) -> bool:
        return stopped_at is None and preferences.wants(type, channel) and (channel == Channel.IN_APP or hush is None)

    return {channel: told_by(channel) for channel in CHANNELS}
