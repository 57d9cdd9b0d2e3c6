"""What every act of staff begins and ends with: may they, and the line in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.actions import NotAllowed, WrongField
from moderation.models import PERMISSIONS, Act, AuditEntry, Deed
from moderation.models.audit import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

    from moderation.models import Report

NAME = 200


def may(by: User, act: Act) -> bool:
    """Whether one of the staff has the permission for an act."""
    if act == Act.READ:  # being a superuser is not enough: somebody gave it to them by name
        given = Permission.objects.filter(content_type__app_label="moderation", codename=PERMISSIONS[act])
        return by.is_staff and by.is_active and given.filter(Q(user=by) | Q(group__user=by)).exists()
    return by.is_staff and by.has_perm(f"moderation.{PERMISSIONS[act]}")


def who_may(*permissions: str) -> QuerySet[User]:
    """Staff who have all these permissions of the app and can log in, by user name."""
    backend = ModelBackend()
    found: QuerySet[User] = User.objects.filter(is_staff=True, is_active=True, is_bot=False).exclude(
        suspended_until__gt=timezone.now()
    )
    for each in permissions:
        found = found.filter(pk__in=backend.with_perm(f"moderation.{each}").values("pk"))
    return found.order_by("username_key")


def require(by: User, act: Act, reason: str, *, person: User | None = None) -> str:
    """The reason, tidied, if the act is theirs to do.

    Args:
        person: whom it is done to.

    Raises:
        NotAllowed: their role does not allow it; or it is oneself, or staff, whom only superusers act on.
        WrongField: there is no reason.
    """
    if not may(by, act):
        raise NotAllowed(_("Your role does not allow it: %(act)s.") % {"act": Act(act).label.lower()})
    if person is not None and person.pk == by.pk:
        raise NotAllowed(_("Nobody does that to themselves."))
    if person is not None and (person.is_staff or person.is_superuser) and not by.is_superuser:
        raise NotAllowed(_("Only a superuser does that to staff."))
    reason = reason.strip()
    if not reason:
        raise WrongField("reason", _("Say why: it is kept in the audit log."), "required")
    return reason


def note(
    *,
    by: User | None,
    act: Act | Deed,
    target: Model,
    reason: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    report: Report | None = None,
) -> AuditEntry:
    """Write in the audit log who did what to what and why, in the transaction that does it. `by` None: the server."""
    return AuditEntry.objects.create(
        by_id=by.pk if by is not None else None,
        by_name=by.username if by is not None else AUTOMATIC,
        act=act,
        target_type=target._meta.model_name or "",
        target_id=str(target.pk),
        target_name=str(target)[:NAME],
        reason=reason,
        before=plain(before or {}),
        after=plain(after or {}),
        report_id=report.pk if report is not None else None,
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
