"""What the pages of moderation share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.bounded import BoundedAdmin
from chat.models import Conversation, Message, RemovedMessage
from moderation.actions.acting import fits
from moderation.actions.auditing import may
from moderation.models import Act, AuditEntry, Report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import Model
    from django.http import HttpRequest

SHOWN_OF_AUDIT = 20


class ReadOnlyAdmin(BoundedAdmin):
    """Rows that are looked at, and changed by acts alone."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never by a form."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never."""
        return False


class ReasonForm(ActionForm):
    """What is done to several things at once has a reason, too."""

    reason = forms.CharField(required=False, max_length=500, label=gettext_lazy("Why:"))


def is_conversation(uuid: UUID) -> bool:
    """Whether that is one's id. Asked first: no index answers for one thing or another."""
    return Conversation.objects.filter(pk=uuid).exists()


def act_links(request: HttpRequest, target: Model, acts: Iterable[Act]) -> list[dict[str, str]]:
    """Those of the acts that fit the target and are this person's to do: [{label, url, act}]."""
    name = target._meta.model_name
    return [
        {"act": act.value, "label": str(act.label), "url": reverse("admin:act", args=[act.value, name, target.pk])}
        for act in acts
        if may(request.user, act) and fits(target, act)  # type: ignore[arg-type] # staff are logged in
    ]


def history_of(request: HttpRequest, *targets: Model | None) -> list[AuditEntry]:
    """What staff did to these things, for those who may read the audit log."""
    if not request.user.has_perm("moderation.view_auditentry"):
        return []
    found = [entry for each in targets if each is not None for entry in AuditEntry.objects.about(each)[:SHOWN_OF_AUDIT]]
    return sorted(found, key=lambda entry: entry.pk, reverse=True)[:SHOWN_OF_AUDIT]


def length_of(text: str) -> str:
    """How much somebody said, in the place of what."""
    return ngettext("(%(count)d character)", "(%(count)d characters)", len(text)) % {"count": len(text)}


def shown(message: Message, *, removed: bool = False) -> str:
    """What a message says, as far as it is still there; with `removed`, what it said where that is kept."""
    if message.deleted_at is None:
        return message.words
    kept = RemovedMessage.objects.filter(pk=message.pk, for_hold=False).first() if removed else None
    return _("(removed) %(text)s") % {"text": kept.content} if kept is not None else _("(deleted)")


def earlier_reports(report: Report) -> list[Report]:
    """What else was reported of the same person, or of the same conversation, the last first."""
    person, place = report.person, report.place
    found = Report.objects.exclude(pk=report.pk).select_related("reporter")
    about: list[Report] = []
    if person is not None:
        about += found.filter(person=person).order_by("-id")[:SHOWN_OF_AUDIT]
    if place is not None:
        about += found.filter(conversation=place).order_by("-id")[:SHOWN_OF_AUDIT]
    return sorted({each.pk: each for each in about}.values(), key=lambda each: each.pk, reverse=True)[:SHOWN_OF_AUDIT]
