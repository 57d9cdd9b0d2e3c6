"""Who of the staff looks after a report: somebody takes it, gives it to a colleague, or back to the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chat.actions import Unfit, WrongField
from moderation.actions.auditing import note, require, who_may
from moderation.actions.telling import tell
from moderation.models import Act, Report, State

if TYPE_CHECKING:
    from django.db import models

    from accounts.models import User


def assign(*, report: Report, by: User, seen: str = "") -> None:
    """Take a report: others of the staff see who looks at it.

    Args:
        seen: `report.holder` as they last saw it; empty: whoever holds it.

    Raises:
        NotAllowed: see `require`.
        Unfit: it is closed, or somebody else's by now.
    """
    require(by, Act.ASSIGN, "taken")
    with transaction.atomic():
        held = _lock(report, seen)
        if held.assignee_id != by.pk:
            _hold(held, by, Act.ASSIGN, by, "taken")


def hand_over(*, report: Report, to: User, by: User, reason: str = "", seen: str = "") -> None:
    """Give a report to a colleague, who is told of it.

    Args:
        reason: a note for the colleague, and for the audit log.
        seen: as with `assign`.

    Raises:
        NotAllowed: see `require`.
        WrongField: the colleague may not look after reports, or looks after this one already.
        Unfit: it is closed, or somebody else's by now.
    """
    reason = require(by, Act.HAND_OVER, reason.strip() or "handed over")
    if not colleagues().filter(pk=to.pk).exists():
        raise WrongField("to", _("%(name)s may not look after reports.") % {"name": to})
    with transaction.atomic():
        held = _lock(report, seen)
        if held.assignee_id == to.pk:
            raise WrongField("to", _("%(name)s looks after it already.") % {"name": to})
        _hold(held, to, Act.HAND_OVER, by, reason)
        if to.pk != by.pk:
            tell([to.pk], lambda: _words(held, by), {"act": "hand_over", "report_id": str(held.pk)})


def give_back(*, report: Report, by: User, reason: str = "", seen: str = "") -> None:
    """Put a report back into the queue, for whoever takes it.

    Args:
        reason: a note for the audit log.
        seen: as with `assign`.

    Raises:
        NotAllowed: see `require`.
        Unfit: it is closed, or nobody's, or somebody else's by now.
    """
    reason = require(by, Act.GIVE_BACK, reason.strip() or "given back")
    with transaction.atomic():
        held = _lock(report, seen)
        if held.assignee_id is None:
            raise Unfit(_("Nobody looks after it: it is in the queue."), "nobodys")
        _hold(held, None, Act.GIVE_BACK, by, reason)


def colleagues() -> models.QuerySet[User]:
    """Who may look after reports, by user name."""
    return who_may("view_report", "change_report")


def _lock(report: Report, seen: str) -> Report:
    held = Report.objects.select_for_update().get(pk=report.pk)
    if not held.is_open:
        raise Unfit(_("It is closed already."), "closed")
    if seen and seen != held.holder:
        if held.assignee is None:
            raise Unfit(_("By now it was given back to the queue. Open the page again."), "meanwhile")
        said = {"name": held.assignee}
        raise Unfit(_("By now %(name)s looks after it. Open the page again.") % said, "meanwhile")
    return held


def _hold(held: Report, to: User | None, act: Act, by: User, reason: str) -> None:
    before = _state_of(held)
    held.assignee, held.state = to, State.OPEN if to is None else State.REVIEW
    held.save(update_fields=["assignee", "state"])
    note(by=by, act=act, target=held, reason=reason, before=before, after=_state_of(held), report=held)


def _state_of(report: Report) -> dict[str, str | None]:
    return {"assignee": report.assignee.username if report.assignee is not None else None, "state": str(report.state)}


def _words(report: Report, by: User) -> tuple[str, str]:
    said = {"name": str(by), "reason": report.get_reason_display()}
    return _("A report was given to you"), _("%(name)s gave you a report: %(reason)s.") % said
