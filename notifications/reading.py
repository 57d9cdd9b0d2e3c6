"""What people see of their notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mail
from chat.models import MessageType, Participant
from notifications import runs
from notifications.actions.digests import KIND
from notifications.audience import Audience
from notifications.deciding import Hush, Step, decide, steps
from notifications.happenings import matter_of
from notifications.models import (
    CHANNELS,
    CONCERNING_MESSAGES,
    FIRST_PAGE,
    MOST_COUNTED,
    PAGE,
    Channel,
    Decided,
    Digest,
    Notification,
    Preferences,
    counts_of,
)
from realtime.snapshot import cursor_now

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from chat.models import Message


LOOKED_THROUGH = 50
MAILED = {
    "off": _("You get no mails of what you missed."),
    "no_address": _("You have given no e-mail address."),
    "not_wanted": _("You were not told of it, or you do not want such things by mail."),
    "read": _("You had read it, or have deleted the notification."),
    "waiting": _("It will be in the next mail, if you are away and have not read it by then."),
    "queued": _("A mail with it is about to be sent."),
    "mailed": _("A mail with it was sent, unless you had read it by then."),
}


def page_of(user: User, *, page: int, limit: int, unread: bool | None) -> tuple[list[Notification], dict[str, Any]]:
    """The notifications of a page, and all else that the answer says. What is counted stops at `MOST_COUNTED`."""
    cursor = cursor_now()
    mine = Notification.objects.of(user)
    unread_count, count = counts_of(user.pk)
    if unread is not None:
        mine = mine.filter(is_read=not unread)
        count = unread_count if unread else mine.order_by()[:MOST_COUNTED].count()
    start = (page - 1) * limit
    found: list[Notification] = []
    if (unread, start, limit) == (None, 0, PAGE):
        found = FIRST_PAGE.all(user=user.pk)
    elif start < count or count == MOST_COUNTED:
        found = list(mine[start : start + limit])
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
        "mail": _mail(user, person.preferences, message, now.type, stopped_at),
    }


def _mail(user: User, preferences: Preferences, message: Message, type: str, stopped_at: Step | None) -> dict[str, str]:
    outcome = _mail_off(user, preferences) or _mailed(user, preferences, message, type, stopped_at)
    return {"outcome": outcome, "detail": str(MAILED[outcome])}


def _mail_off(user: User, preferences: Preferences) -> str | None:
    if not settings.MAIL or preferences.email_digest == Digest.NEVER:
        return "off"
    return None if user.email else "no_address"


def _mailed(user: User, preferences: Preferences, message: Message, type: str, stopped_at: Step | None) -> str:
    told = Notification.objects.of(user).filter(conversation=message.conversation_id, type__in=CONCERNING_MESSAGES)
    found = next((each for each in told[:LOOKED_THROUGH] if runs.has(each.seqs, message.seq)), None)
    if found is not None and found.mailed_at is not None and message.created_at <= found.mailed_at:
        waiting = Mail.objects.filter(user=user, kind=KIND, due_at__isnull=False).values_list("about", flat=True)
        return "queued" if any(str(found.pk) in about["ids"] for about in waiting) else "mailed"
    if stopped_at is not None or not preferences.wants(type, Channel.MAIL):
        return "not_wanted"
    return "waiting" if found is not None and not found.is_read else "read"


def _channels(preferences: Preferences, type: str, stopped_at: Step | None, hush: Hush | None) -> dict[str, bool]:
    def told_by(channel: str) -> bool:
        return stopped_at is None and preferences.wants(type, channel) and (channel == Channel.IN_APP or hush is None)

    return {channel: told_by(channel) for channel in CHANNELS}
