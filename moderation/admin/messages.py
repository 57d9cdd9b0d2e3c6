"""Messages, to find and remove what spammers left. What is said is shown where it was reported, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.finding import FoundAdmin
from chat.actions import NotAllowed, Unfit, WrongField
from chat.models import Attachment, Message
from chat.search.database import with_links
from moderation import actions
from moderation.admin.base import ReadOnlyAdmin, ReasonForm, act_links, history_of, is_conversation, length_of
from moderation.models import Act, Report

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from accounts.models import User

EXCERPT_CHARACTERS = 120
AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


class AgeFilter(admin.SimpleListFilter):
    """How old a message is."""

    title = gettext_lazy("said")
    parameter_name = "age"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """Three spans."""
        return [("hour", _("In the last hour")), ("day", _("In the last day")), ("week", _("In the last week"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Those that are not older."""
        span = AGES.get(self.value() or "")
        return queryset.filter(created_at__gte=timezone.now() - span) if span else queryset


class HasFilter(admin.SimpleListFilter):
    """What goes with a message."""

    title = gettext_lazy("with")
    parameter_name = "has"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """Files, links, or a report."""
        return [("file", _("Files")), ("link", _("Links")), ("report", _("Reports"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Those that have it."""
        match self.value():
            case "file":
                return queryset.filter(Exists(Attachment.objects.filter(message=OuterRef("pk"))))
            case "link":
                found: QuerySet[Message] = with_links(queryset)
                return found
            case "report":
                return queryset.filter(Exists(Report.objects.filter(message=OuterRef("pk"))))
        return queryset


@admin.register(Message)
class MessageAdmin(FoundAdmin, ReadOnlyAdmin):
    """What people said, the last first: who, where and when. Removed as everywhere, live, with a reason."""

    list_display = ("created_at", "sender", "place", "type", "said")
    list_filter = (AgeFilter, HasFilter, "type")
    list_select_related = ("sender", "conversation")
    search_fields = ("id",)
    search_help_text = gettext_lazy("The user name of who said it, or the id of a message or a conversation.")
    ordering = ("-created_at", "-id")
    sortable_by = ("created_at",)
    action_form = ReasonForm
    actions = ("remove",)
    change_form_template = "admin/moderation/message.html"

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Message]:
        """What people said and is still there: what the index of the newest has."""
        reported = Report.objects.filter(message=OuterRef("pk"))
        found: QuerySet[Message] = Message.objects.countable().annotate(is_reported=Exists(reported))
        return found.order_by(*self.ordering)

    def found(
        self, queryset: QuerySet[Message], _term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[Message]:
        """By what has an index."""
        if uuid is not None and is_conversation(uuid):  # in an order that has an index, and is the same
            return queryset.filter(conversation=uuid).order_by("-seq")
        if uuid is not None:
            return queryset.filter(pk=uuid)
        return queryset.filter(sender=person) if person is not None else queryset.none()

    @admin.display(description=gettext_lazy("conversation"))
    def place(self, message: Message) -> str:
        """Where it was said."""
        url = reverse("admin:chat_conversation_change", args=[message.conversation_id])
        return format_html('<a href="{}">{}</a>', url, message.conversation)

    @admin.display(description=gettext_lazy("message"))
    def said(self, message: Any) -> str:
        """What was said, where somebody reported it; else how much."""
        if message.is_reported:
            return Truncator(message.content).chars(EXCERPT_CHARACTERS)
        return length_of(message.content)

    def has_view_permission(self, request: HttpRequest, _obj: Message | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("chat.view_message")

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return request.user.has_perm("moderation.remove_message")

    @admin.action(description=gettext_lazy("Remove the chosen messages"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Each of them by itself, through the action, in every client at once."""
        removed = 0
        for message in queryset:
            try:
                actions.remove_message(message=message, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
            except (NotAllowed, Unfit, WrongField) as error:
                self.message_user(request, str(error), messages.ERROR)
                break
            removed += 1
        self.message_user(
            request,
            ngettext("%(count)d removed.", "%(count)d removed.", removed) % {"count": removed},
            messages.SUCCESS if removed else messages.WARNING,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One message, with the acts that fit."""
        message = self.get_object(request, object_id)
        if isinstance(message, Message) and self.has_view_permission(request):
            acts = act_links(request, message, [Act.REMOVE, Act.WARN, Act.SUSPEND, Act.BAN, Act.LOCK])
            more = {"message": message, "said": self.said(message), "acts": acts}
            extra_context = {**(extra_context or {}), **more, "audit": history_of(request, message)}
        return super().change_view(request, object_id, form_url, extra_context)
