"""The audit log, to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.finding import FoundAdmin
from moderation.actions.acting import MODELS
from moderation.admin.base import ReadOnlyAdmin
from moderation.models import AuditEntry, BlockedWord

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from accounts.models import User

EXCERPT_CHARACTERS = 120
MODELS_NOTED: list[type[Model]] = [*MODELS.values(), BlockedWord]
NOUNS = sorted({str(model._meta.model_name) for model in MODELS_NOTED})


@admin.register(AuditEntry)
class AuditAdmin(FoundAdmin, ReadOnlyAdmin):
    """Who did what to what, and why. Nobody changes or deletes a line: not here, and not in the database."""

    list_display = ("at", "by_name", "act", "target_type", "target_name", "why")
    list_filter = ("act",)
    search_fields = ("id",)
    search_help_text = _("The user name of who did it or to whom, or the id of what it was done to.")
    ordering = ("-id",)
    sortable_by = ("act",)
    fields = (
        "at",
        "by_name",
        "by_id",
        "act",
        "target_type",
        "target_name",
        "target_id",
        "reason",
        "before",
        "after",
        "report_id",
    )
    readonly_fields = fields

    def found(
        self, queryset: QuerySet[AuditEntry], term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[AuditEntry]:
        """By what has an index; by the name alone those who are gone, and the server itself."""
        if person is not None:
            return queryset.filter(Q(by_id=person.pk) | Q(target_type="user", target_id=str(person.pk)))
        term = str(uuid or term)
        return queryset.filter(Q(by_name=term) | Q(target_type__in=NOUNS, target_id=term))

    @admin.display(description=_("reason"))
    def why(self, entry: AuditEntry) -> str:
        """The reason, shortened."""
        return Truncator(entry.reason).chars(EXCERPT_CHARACTERS)

    def has_view_permission(self, request: HttpRequest, _obj: AuditEntry | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("moderation.view_auditentry")
