"""The audit log, to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from moderation.admin.base import ReadOnlyAdmin
from moderation.models import AuditEntry

if TYPE_CHECKING:
    from django.http import HttpRequest

EXCERPT_CHARACTERS = 120


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who did what to what, and why. Nobody changes or deletes a line: not here, and not in the database."""

    list_display = ("at", "by_name", "act", "target_type", "target_name", "why")
    list_filter = ("act",)
    search_fields = ("=target_id", "=by_name")
    search_help_text = _("The id of what it was done to, or the user name of who did it.")
    ordering = ("-id",)
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

    @admin.display(description=_("reason"))
    def why(self, entry: AuditEntry) -> str:
        """The reason, shortened."""
        return Truncator(entry.reason).chars(EXCERPT_CHARACTERS)

    def has_view_permission(self, request: HttpRequest, _obj: AuditEntry | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("moderation.view_auditentry")
