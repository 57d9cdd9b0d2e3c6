"""Broadcasts: written, scheduled, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied

from accounts.bounded import BoundedAdmin
from chat.actions import Unfit
from moderation import actions
from moderation.admin.base import act_links, history_of
from moderation.models import Act, Broadcast, BroadcastState

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest


@admin.register(Broadcast)
class BroadcastAdmin(BoundedAdmin):
    """What was told to everybody, and what is going to be. What was sent stays as it was."""

    list_display = ("title", "level", "state", "send_at", "sent_at", "told_at", "created_by")
    list_filter = ("state", "level")
    list_select_related = ("created_by",)
    ordering = ("-id",)
    fields = ("title", "content", "level", "conversation", "send_at")
    raw_id_fields = ("conversation",)
    change_form_template = "admin/moderation/person.html"

    def has_view_permission(self, request: HttpRequest, _obj: Broadcast | None = None) -> bool:
        """By permission, like everything here."""
        return request.user.has_perm("moderation.send_broadcast")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Broadcast | None = None) -> bool:
        """Until it is sent."""
        return self.has_view_permission(request) and (obj is None or obj.state != BroadcastState.SENT)

    def has_delete_permission(self, request: HttpRequest, obj: Broadcast | None = None) -> bool:
        """Until it is sent; and one by one, since among several there may be one that was."""
        return obj is not None and self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Broadcast, form: ModelForm[Broadcast], change: bool) -> None:  # noqa: FBT001
        """Through the action."""
        try:
            actions.write_broadcast(broadcast=obj, by=request.user)  # type: ignore[arg-type] # staff are logged in
        except Unfit:  # since the form was looked at: the answer is that of a moment later
            raise PermissionDenied from None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One broadcast, with the act that sends it."""
        broadcast = self.get_object(request, object_id)
        if isinstance(broadcast, Broadcast) and self.has_view_permission(request):
            acts = [] if broadcast.state == BroadcastState.SENT else [Act.BROADCAST]
            links = act_links(request, broadcast, acts)
            extra_context = {**(extra_context or {}), "acts": links, "audit": history_of(request, broadcast)}
        return super().change_view(request, object_id, form_url, extra_context)
