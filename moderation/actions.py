"""Reporting, and what staff do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chat.actions import Unfit, remove_message
from chat.models import MessageType, Participant
from moderation.models import Reason, Report, State

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def report_message(*, user: User, message_id: UUID, reason: Reason, note: str = "") -> tuple[Report, bool]:
    """Report a message to staff: (report, whether it is new). Nobody in the conversation is told.

    A second report of the same message by the same person changes the first, and opens it again.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        Unfit: it is one's own, or nobody said it.
    """
    with transaction.atomic():
        _participant, message = Participant.objects.find_message_locked(user, message_id)
        if message.type == MessageType.SYSTEM:
            raise Unfit("Nobody said this message.", "system_message")
        if message.sender_id == user.pk:
            raise Unfit("This message is your own: you can delete it.", "own_message")
        return Report.objects.update_or_create(
            message=message,
            reporter=user,
            defaults={"reason": reason, "note": note, "state": State.OPEN, "closed_at": None, "closed_by": None},
        )


def remove_reported(*, report: Report, by: User) -> None:
    """Remove the message for everybody, and close all reports of it."""
    with transaction.atomic():
        remove_message(message=report.message, by=by)
        _close(report, State.REMOVED, by)


def dismiss(*, report: Report, by: User) -> None:
    """Leave the message as it is, and close all reports of it."""
    with transaction.atomic():
        _close(report, State.DISMISSED, by)


def _close(report: Report, state: State, by: User) -> None:
    waiting = Report.objects.filter(message=report.message_id, state=State.OPEN)
    waiting.update(state=state, closed_at=timezone.now(), closed_by=by)
