"""What staff do to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import actions as accounts
from accounts.models import Session, TwoFactor, User
from chat import actions as chat
from chat.actions import WrongField
from chat.models import Message
from moderation.actions.auditing import note, require
from moderation.actions.telling import tell
from moderation.models import Act

if TYPE_CHECKING:
    from datetime import datetime

    from moderation.models import Report

REMOVED_AT_ONCE = 1000


def warn(*, user: User, by: User, reason: str, text: str = "", report: Report | None = None) -> None:
    """Tell somebody that what they did is against the rules. `text` is for them, `reason` for the audit log.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.WARN, reason, person=user)
    with transaction.atomic():
        note(by=by, act=Act.WARN, target=user, reason=reason, report=report)
        tell([user.pk], lambda: (_("A warning from staff"), text), {"act": "warn"})


def suspend(
    *, user: User, until: datetime, by: User, reason: str, text: str = "", report: Report | None = None
) -> User:
    """Shut somebody out up to a moment; what is open ends within a second.

    Raises:
        NotAllowed, WrongField: see `require`; or the moment is over.
    """
    reason = require(by, Act.SUSPEND, reason, person=user)
    if until <= timezone.now():
        raise WrongField("until", _("That moment is over."))
    with transaction.atomic():
        before = _locked(user)
        done = accounts.suspend(user=user, until=until)
        note(
            by=by,
            act=Act.SUSPEND,
            target=user,
            reason=reason,
            before={"suspended_until": before.suspended_until},
            after={"suspended_until": until},
            report=report,
        )
        tell([user.pk], lambda: (done.suspension, text), {"act": "suspend"})  # they see it when they are back
    return done


def end_suspension(*, user: User, by: User, reason: str, report: Report | None = None) -> User:
    """Let somebody in again before their time.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.END_SUSPENSION, reason, person=user)
    with transaction.atomic():
        before = {"suspended_until": _locked(user).suspended_until}
        done = accounts.end_suspension(user=user)
        after = {"suspended_until": None}
        note(by=by, act=Act.END_SUSPENSION, target=user, reason=reason, before=before, after=after, report=report)
    return done


def ban(*, user: User, by: User, reason: str, report: Report | None = None) -> User:
    """Shut somebody out for good; what is open ends within a second.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.BAN, reason, person=user)
    with transaction.atomic():
        before = {"is_active": _locked(user).is_active}
        done = accounts.deactivate(user=user)
        note(by=by, act=Act.BAN, target=user, reason=reason, before=before, after={"is_active": False}, report=report)
    return done


def unban(*, user: User, by: User, reason: str, report: Report | None = None) -> User:
    """Let somebody in again who was banned.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.UNBAN, reason, person=user)
    with transaction.atomic():
        before = {"is_active": _locked(user).is_active}
        done = accounts.activate(user=user)
        note(
            by=by,
            act=Act.UNBAN,
            target=user,
            reason=reason,
            before=before,
            after={"is_active": done.is_active},
            report=report,
        )
    return done


def set_exempt(*, user: User, exempt: bool, by: User, reason: str, report: Report | None = None) -> User:
    """Leave an account alone with automatic limits, such as a program's that says a lot; or no longer.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    act = Act.EXEMPT if exempt else Act.END_EXEMPTION
    reason = require(by, act, reason, person=user)
    with transaction.atomic():
        before = {"is_exempt": _locked(user).is_exempt}
        done = accounts.set_exempt(user=user, exempt=exempt)
        note(by=by, act=act, target=user, reason=reason, before=before, after={"is_exempt": exempt}, report=report)
    return done


def end_sessions(*, user: User, by: User, reason: str, report: Report | None = None) -> int:
    """Log somebody out on all devices; how many that were.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.END_SESSIONS, reason, person=user)
    with transaction.atomic():
        ended = accounts.end_sessions(user=user, reason=Session.EndReason.REVOKED)
        note(by=by, act=Act.END_SESSIONS, target=user, reason=reason, after={"ended": ended}, report=report)
    return ended


def end_session(*, session: Session, by: User, reason: str) -> bool:
    """Log one device of somebody out; False if it was out already.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.END_SESSIONS, reason, person=session.user)
    with transaction.atomic():
        was_in = accounts.end_session(session=session, reason=Session.EndReason.REVOKED)
        if was_in:
            after = {"ended": 1, "session": str(session.pk)}
            note(by=by, act=Act.END_SESSIONS, target=session.user, reason=reason, after=after)
    return was_in


def reset_two_factor(*, user: User, by: User, reason: str, report: Report | None = None) -> bool:
    """For somebody who lost their app, codes or passkeys: off, no passkeys, logged out; False if there was nothing.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.RESET_TWO_FACTOR, reason, person=user)
    with transaction.atomic():
        was_on = TwoFactor.objects.active().filter(user=user).exists()
        before = {"two_factor": was_on, "passkeys": user.passkeys.count()}
        after = {"two_factor": False, "passkeys": 0}
        had_any = accounts.reset_two_factor(user=user)
        note(by=by, act=Act.RESET_TWO_FACTOR, target=user, reason=reason, before=before, after=after, report=report)
    return had_any


def remove_all_messages(*, user: User, by: User, reason: str, report: Report | None = None) -> int:
    """Remove everything that somebody said, as after spam; how many messages that were, the last 1,000 at a time.

    A transaction for each message: nobody waits for all of them. What is going to be done is written down before.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.REMOVE_ALL, reason, person=user)
    said = list(Message.objects.filter(sender=user).countable().order_by("-created_at")[:REMOVED_AT_ONCE])
    note(by=by, act=Act.REMOVE_ALL, target=user, reason=reason, after={"removed": len(said)}, report=report)
    for message in said:
        chat.remove_message(message=message, by=by)
    return len(said)


def _locked(user: User) -> User:
    locked: User = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return locked
