"""What moderators of groups and staff removed: who, why, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy

from accounts.finding import FoundAdmin
from chat.models import RemovedMessage
from moderation.admin.base import ReadOnlyAdmin, act_links, history_of, is_conversation
from moderation.models import Act, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from accounts.models import User

EXCERPT_CHARACTERS = 120


class RemovedList(ChangeList):
    """A page of them, with the reasons in one query."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's, and then why."""
        super().get_results(request)
        shown: list[Any] = list(self.result_list)
        reasons = reasons_of([removed.pk for removed in shown])
        for removed in shown:
            removed.why = reasons.get(str(removed.pk), "")
        self.result_list = shown


@admin.register(RemovedMessage)
class RemovedAdmin(FoundAdmin, ReadOnlyAdmin):
    """What is kept, to be read with a permission and put back; what is kept for holds alone is not shown."""

    list_display = ("removed_at", "removed_by", "sender", "place", "said", "reason")
    list_select_related = ("removed_by", "message__sender", "message__conversation")
    search_fields = ("message_id",)
    search_help_text = gettext_lazy("The user name of who said it, or the id of the message or its conversation.")
    ordering = ("-removed_at",)
    sortable_by = ("removed_at",)
    change_form_template = "admin/moderation/removed.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RemovedMessage]:
        """Those that can be put back."""
        found: QuerySet[RemovedMessage] = super().get_queryset(request).filter(for_hold=False)
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With reasons."""
        return RemovedList

    def found(
        self, queryset: QuerySet[RemovedMessage], _term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[RemovedMessage]:
        """By what has an index."""
        gone = queryset.filter(message__deleted_at__isnull=False)  # as all of them: but that is what the index has
        if uuid is not None:
            return gone.filter(message__conversation=uuid) if is_conversation(uuid) else queryset.filter(pk=uuid)
        return gone.filter(message__sender=person) if person is not None else queryset.none()

    @admin.display(description=gettext_lazy("said by"))
    def sender(self, removed: RemovedMessage) -> str:
        """Whose it was."""
        return str(removed.message.sender or gettext("somebody who is gone"))

    @admin.display(description=gettext_lazy("conversation"))
    def place(self, removed: RemovedMessage) -> str:
        """Where it was said."""
        url = reverse("admin:chat_conversation_change", args=[removed.message.conversation_id])
        return format_html('<a href="{}">{}</a>', url, removed.message.conversation)

    @admin.display(description=gettext_lazy("message"))
    def said(self, removed: RemovedMessage) -> str:
        """What it said."""
        return Truncator(removed.content).chars(EXCERPT_CHARACTERS)

    @admin.display(description=gettext_lazy("why"))
    def reason(self, removed: Any) -> str:
        """What staff wrote; moderators of groups give no reason."""
        return Truncator(removed.why).chars(EXCERPT_CHARACTERS)

    def has_view_permission(self, request: HttpRequest, _obj: RemovedMessage | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("chat.view_removedmessage")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One of them, with the act that puts it back."""
        removed = self.get_object(request, object_id)
        if isinstance(removed, RemovedMessage) and self.has_view_permission(request):
            extra_context = {
                **(extra_context or {}),
                "removed": removed,
                "files": removed.attachments.all(),
                "acts": act_links(request, removed.message, [Act.RESTORE, Act.WARN, Act.SUSPEND, Act.BAN]),
                "audit": history_of(request, removed.message),
            }
        return super().change_view(request, object_id, form_url, extra_context)


def reasons_of(message_ids: Collection[UUID]) -> dict[str, str]:
    """Why staff removed messages, by their ids as text."""
    entries = AuditEntry.objects.filter(
        target_type="message",
        target_id__in=[str(message_id) for message_id in message_ids],
        act__in=[Act.REMOVE, Act.REMOVE_FILE],
    )
    return dict(entries.order_by("id").values_list("target_id", "reason"))
