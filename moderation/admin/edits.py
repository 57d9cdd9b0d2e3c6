"""What messages said before they were edited: shown where the message was reported, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.finding import FoundAdmin
from chat.models import MessageEdit
from moderation.admin.base import ReadOnlyAdmin, length_of
from moderation.models import Report

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from accounts.models import User


@admin.register(MessageEdit)
class EditAdmin(FoundAdmin, ReadOnlyAdmin):
    """Earlier versions, the last first: whose, when and where, and of what was reported the words."""

    list_display = ("edited_at", "sender", "message", "said", "edited_by")
    list_select_related = ("message__sender", "edited_by")
    search_fields = ("id",)
    search_help_text = _("The user name of who said it, or the id of the message.")
    ordering = ("-id",)
    sortable_by = ()
    fields = ("message", "sender", "said", "edited_at", "edited_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageEdit]:
        """Not of what was deleted: while staff hold a conversation, it stays there for its export alone."""
        found: QuerySet[MessageEdit] = super().get_queryset(request).filter(message__deleted_at=None)
        return found.annotate(is_reported=Exists(Report.objects.filter(message=OuterRef("message"))))

    def found(
        self, queryset: QuerySet[MessageEdit], _term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[MessageEdit]:
        """By what has an index."""
        if uuid is not None:
            return queryset.filter(message=uuid)
        if person is None:
            return queryset.none()
        return queryset.filter(message__sender=person, message__edited_at__isnull=False)  # what an index has

    @admin.display(description=_("sender"))
    def sender(self, edit: MessageEdit) -> str:
        """Who said it."""
        return str(edit.message.sender or "")

    @admin.display(description=_("message"))
    def said(self, edit: Any) -> str:
        """What it said then, where somebody reported it; else how much."""
        return str(edit.content) if edit.is_reported else length_of(edit.content)

    def has_view_permission(self, request: HttpRequest, _obj: MessageEdit | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("chat.view_messageedit")
