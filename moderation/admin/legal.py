"""Exports of whole conversations, for those who may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone

from chat.models import ExportState
from moderation.actions.auditing import may
from moderation.admin.base import ReadOnlyAdmin, act_links, history_of
from moderation.models import Act, LegalExport

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(LegalExport)
class LegalExportAdmin(ReadOnlyAdmin):
    """What was asked for in the last week; the file itself is behind an act, with a reason."""

    list_display = ("created_at", "conversation", "state", "message_count", "size", "asked_by", "expires_at")
    list_select_related = ("conversation", "asked_by")
    search_fields = ("=conversation__id", "=sha256")
    ordering = ("-id",)
    change_form_template = "admin/moderation/export.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalExport]:
        """What is over is gone, though the job that removes it may come later."""
        found: QuerySet[LegalExport] = super().get_queryset(request).filter(expires_at__gt=timezone.now())
        return found

    def has_view_permission(self, request: HttpRequest, _obj: LegalExport | None = None) -> bool:
        """By permission."""
        return may(request.user, Act.EXPORT)  # type: ignore[arg-type] # staff are logged in

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One export: what is in the file, and the act that gives it."""
        export = self.get_object(request, object_id)
        if isinstance(export, LegalExport) and self.has_view_permission(request):
            acts = [Act.DOWNLOAD] if export.state == ExportState.DONE else []
            more = {"export": export, "acts": act_links(request, export, acts)}
            extra_context = {**(extra_context or {}), **more, "audit": history_of(request, export.conversation)}
        return super().change_view(request, object_id, form_url, extra_context)
