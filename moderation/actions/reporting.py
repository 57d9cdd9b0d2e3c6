"""Reporting, and what becomes of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import Unfit
from chat.models import MessageType, Participant
from moderation.actions.auditing import note, require
from moderation.actions.telling import tell
from moderation.models import OPEN_STATES, Act, Reason, Report, State, due_at

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

OUTCOMES = {
    State.REMOVED: gettext_lazy("The message that you reported was removed. Thank you."),
    State.RESOLVED: gettext_lazy("Staff did something about what you reported. Thank you."),
    State.DISMISSED: gettext_lazy("Staff looked at what you reported, and left it as it is."),
}


# --- by anybody -------------------------------------------------------------------------------------------------------
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
            raise Unfit(_("Nobody said this message."), "system_message")
        if message.sender_id == user.pk:
            raise Unfit(_("This message is your own: you can delete it."), "own_message")
        return _report(user, reason, note, message=message)


def report_user(*, user: User, target: User, reason: Reason, note: str = "") -> tuple[Report, bool]:
    """Report a person to staff: (report, whether it is new); again as with a message. They are not told.

    Raises:
        Unfit: it is oneself.
    """
    if target.pk == user.pk:
        raise Unfit(_("Nobody reports themselves."), "oneself")
    with transaction.atomic():
        return _report(user, reason, note, user=target)


def report_conversation(*, user: User, conversation_id: UUID, reason: Reason, note: str = "") -> tuple[Report, bool]:
    """Report a conversation one takes part in to staff: (report, whether it is new); again as with a message.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        return _report(user, reason, note, conversation=participant.conversation)


def _report(reporter: User, reason: Reason, note: str, **target: Any) -> tuple[Report, bool]:
    anew = {"state": State.OPEN, "due_at": due_at(reason), "assignee": None, "closed_at": None, "closed_by": None}
    return Report.objects.update_or_create(
        **target, reporter=reporter, defaults={"reason": reason, "note": note, **anew}
    )


# --- by staff ---------------------------------------------------------------------------------------------------------
def dismiss(*, report: Report, by: User, reason: str) -> None:
    """Leave what was reported as it is.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.DISMISS, reason)
    with transaction.atomic():
        note(by=by, act=Act.DISMISS, target=report, reason=reason, before={"state": report.state}, report=report)
        close(report, State.DISMISSED, by)


def close(report: Report, state: State, by: User) -> None:
    """Close all open reports of the same thing, in the caller's transaction; each reporter hears what came of it."""
    same = Report.objects.select_for_update().filter(
        message=report.message_id, user=report.user_id, conversation=report.conversation_id, state__in=OPEN_STATES
    )
    waiting = list(same.order_by("pk"))
    now = timezone.now()
    for each in waiting:
        each.state, each.closed_at, each.closed_by = state, now, by
    Report.objects.bulk_update(waiting, ["state", "closed_at", "closed_by"])
    reporters = {each.reporter_id for each in waiting if each.reporter_id is not None}
    if reporters:
        tell(
            reporters,
            lambda: (_("Your report was looked at"), str(OUTCOMES[state])),
            {"act": "report", "state": state.value},
        )
    report.refresh_from_db()
