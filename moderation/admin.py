"""The queue of reports in the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.utils.text import Truncator

from moderation import actions
from moderation.models import Report, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest

EXCERPT_CHARACTERS = 120


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """What people reported. A report is closed by an act on its message, never edited."""

    list_display = ("created_at", "state", "reason", "sender", "said", "reporter", "note", "closed_by")
    list_filter = ("state", "reason")
    list_select_related = ("message__sender", "reporter", "closed_by")
    search_fields = ("=message__id", "message__sender__username_key", "reporter__username_key", "note")
    date_hierarchy = "created_at"
    readonly_fields = (
        "message_id",
        "sender",
        "said",
        "reporter",
        "reason",
        "note",
        "state",
        "created_at",
        "closed_at",
        "closed_by",
    )
    fields = readonly_fields
    actions = ("remove_messages", "dismiss_reports")

    @admin.display(ordering="message__sender")
    def sender(self, report: Report) -> str:
        """Who said it."""
        return str(report.message.sender or "")

    @admin.display(description="message")
    def said(self, report: Report) -> str:
        """What was said, as far as it is still there."""
        if report.message.deleted_at is not None:
            return "(deleted)"
        return Truncator(report.message.content).chars(EXCERPT_CHARACTERS)

    @admin.action(description="Remove the messages for everybody", permissions=["change"])
    def remove_messages(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """Each of them, in every client at once."""
        self._close(request, reports, actions.remove_reported)

    @admin.action(description="Dismiss the reports", permissions=["change"])
    def dismiss_reports(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        """The messages stay."""
        self._close(request, reports, actions.dismiss)

    def _close(self, request: HttpRequest, reports: QuerySet[Report], act: Callable[..., None]) -> None:
        waiting = list(reports.filter(state=State.OPEN).select_related("message"))
        for report in waiting:
            act(report=report, by=request.user)
            self.log_change(request, report, act.__name__)
        self.message_user(request, f"{len(waiting)} closed.", messages.SUCCESS)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never: people report by themselves."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Report | None = None) -> bool:
        """Never."""
        return False
