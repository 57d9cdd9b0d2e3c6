"""Files that people brought. What a file is called and shows is seen where its message was reported, nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.http import Http404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from accounts.api.downloads import download
from accounts.finding import FoundAdmin
from chat.actions import NotAllowed, Unfit, WrongField
from chat.models import Attachment
from moderation import actions
from moderation.actions.auditing import may
from moderation.admin.base import ReadOnlyAdmin, ReasonForm, act_links, history_of, is_conversation
from moderation.models import Act, Report

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponseBase

    from accounts.models import User

MB = 1_000_000
SIZES = {
    "1": (gettext_lazy("More than 1 MB"), MB),
    "10": (gettext_lazy("More than 10 MB"), 10 * MB),
    "100": (gettext_lazy("More than 100 MB"), 100 * MB),
}
STATES: dict[str, tuple[Any, Q]] = {
    "sent": (gettext_lazy("Sent"), Q(message__isnull=False)),
    "scheduled": (gettext_lazy("In a message to be"), Q(scheduled__isnull=False)),
    "waits": (gettext_lazy("Waits for its message"), Q(message=None, scheduled=None, removed=None)),
    "removed": (gettext_lazy("Removed, and kept"), Q(removed__isnull=False)),
}


class SizeFilter(admin.SimpleListFilter):
    """How large a file is."""

    title = gettext_lazy("size")
    parameter_name = "size"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """Three bounds."""
        return [(key, str(label)) for key, (label, _bytes) in SIZES.items()]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Attachment]) -> QuerySet[Attachment]:
        """Those that are larger."""
        _label, least = SIZES.get(self.value() or "", ("", 0))
        return queryset.filter(size__gt=least) if least else queryset


class StateFilter(admin.SimpleListFilter):
    """Where a file is."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """Four of them."""
        return [(key, str(label)) for key, (label, _rows) in STATES.items()]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Attachment]) -> QuerySet[Attachment]:
        """Those that are there."""
        _label, rows = STATES.get(self.value() or "", ("", Q()))
        return queryset.filter(rows)


@admin.register(Attachment)
class AttachmentAdmin(FoundAdmin, ReadOnlyAdmin):
    """All files, the last first. Nothing of them but a small picture that the server made is ever shown in place."""

    list_display = ("created_at", "picture", "shown_name", "kind", "media_type", "how_large", "owner", "state")
    list_filter = ("kind", SizeFilter, StateFilter)
    list_select_related = ("owner",)
    search_fields = ("id",)
    search_help_text = gettext_lazy(
        "The user name of who brought it, or the id of a file, a message or a conversation."
    )
    ordering = ("-id",)
    sortable_by = ("kind", "how_large")
    action_form = ReasonForm
    actions = ("remove",)
    change_form_template = "admin/moderation/attachment.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        """With whether its message was reported."""
        reported = Report.objects.filter(message=Coalesce(OuterRef("message"), OuterRef("removed")))
        found: QuerySet[Attachment] = super().get_queryset(request).annotate(is_reported=Exists(reported))
        return found

    def found(
        self, queryset: QuerySet[Attachment], _term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[Attachment]:
        """By what has an index."""
        if uuid is not None and is_conversation(uuid):
            return queryset.filter(message__conversation=uuid)
        if uuid is not None:
            return queryset.filter(Q(pk=uuid) | Q(message=uuid) | Q(removed=uuid))
        return queryset.filter(owner=person) if person is not None else queryset.none()

    def get_urls(self) -> list[Any]:
        """Those of the pages, and the pictures."""
        view = self.admin_site.admin_view(self.thumbnail)
        name = "chat_attachment_thumbnail"
        return [path("<uuid:attachment_id>/thumbnail/", view, name=name), *super().get_urls()]

    def thumbnail(self, request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
        """The small picture of a file that was reported: WebP, made by the server."""
        found = (
            self.get_queryset(request).filter(pk=attachment_id).first() if self.has_view_permission(request) else None
        )
        if found is None or not _may_see(request, found) or not found.thumbnail:
            raise Http404
        name = "thumbnail.webp"
        try:
            return download(Request(request), file=found.thumbnail, media_type="image/webp", name=name, inline=True)
        except NotFound:
            raise Http404 from None

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, attachment: Any) -> str:
        """Of what was reported."""
        if not attachment.is_reported or not attachment.thumbnail or attachment.removed_id is not None:
            return ""
        url = reverse("admin:chat_attachment_thumbnail", args=[attachment.pk])
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', url)

    @admin.display(description=gettext_lazy("name"))
    def shown_name(self, attachment: Any) -> str:
        """Of what was reported: what people call their files is theirs."""
        return attachment.name if attachment.is_reported else _("(not reported)")

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def how_large(self, attachment: Attachment) -> str:
        """In a unit that people read."""
        return filesizeformat(attachment.size)

    @admin.display(description=gettext_lazy("state"))
    def state(self, attachment: Attachment) -> str:
        """Where it is."""
        return state_of(attachment)

    def has_view_permission(self, request: HttpRequest, _obj: Attachment | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("chat.view_attachment")

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return may(request.user, Act.REMOVE_FILE)  # type: ignore[arg-type] # staff are logged in

    @admin.action(description=gettext_lazy("Remove the chosen files, and their messages"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Attachment]) -> None:
        """Each of them by itself, through the action, in every client at once; two of one message are one."""
        removed = 0
        for attachment in queryset.select_related("message"):
            try:
                attachment.refresh_from_db()
                actions.remove_file(attachment=attachment, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
            except (NotAllowed, WrongField) as error:
                self.message_user(request, str(error), messages.ERROR)
                break
            except (Unfit, Attachment.DoesNotExist):  # gone with another one, or not to be taken out
                continue
            removed += 1
        self.message_user(
            request,
            ngettext("%(count)d removed.", "%(count)d removed.", removed) % {"count": removed},
            messages.SUCCESS if removed else messages.WARNING,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One file, and the act that removes it."""
        attachment = self.get_object(request, object_id)
        if isinstance(attachment, Attachment) and self.has_view_permission(request):
            fits = attachment.scheduled_id is None and attachment.removed_id is None
            extra_context = {
                **(extra_context or {}),
                "attachment": attachment,
                "name": self.shown_name(attachment),
                "state": state_of(attachment),
                "is_seen": _may_see(request, attachment),
                "acts": act_links(request, attachment, [Act.REMOVE_FILE] if fits else []),
                "audit": history_of(request, attachment, attachment.message),
            }
        return super().change_view(request, object_id, form_url, extra_context)


def state_of(attachment: Attachment) -> str:
    """Where a file is, in a word."""
    if attachment.removed_id is not None:
        return _("removed")
    if attachment.message_id is not None:
        return _("sent")
    return _("in a message to be") if attachment.scheduled_id is not None else _("waits")


def _may_see(request: HttpRequest, attachment: Any) -> bool:
    """What was reported; of that, what was removed with the permission to read such."""
    kept = attachment.removed_id is not None
    allowed = not kept or request.user.has_perm("chat.view_removedmessage")
    return bool(attachment.is_reported) and allowed
