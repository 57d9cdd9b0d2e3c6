"""Invites to groups: who made them, for how many, and the end of them. Their codes are for nobody here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.finding import FoundAdmin
from chat.actions import NotAllowed, WrongField
from chat.models import Invite
from moderation import actions
from moderation.actions.auditing import may
from moderation.admin.base import ReadOnlyAdmin, ReasonForm, act_links, history_of
from moderation.models import Act

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from accounts.models import User


class LiveFilter(admin.SimpleListFilter):
    """Whether an invite still lets somebody in."""

    title = gettext_lazy("state")
    parameter_name = "live"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """Yes or no."""
        return [("yes", _("Lets people in")), ("no", _("Over"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Invite]) -> QuerySet[Invite]:
        """The rows of the choice."""
        live = Invite.objects.live().values("pk")
        match self.value():
            case "yes":
                return queryset.filter(pk__in=live)
            case "no":
                return queryset.exclude(pk__in=live)
        return queryset


@admin.register(Invite)
class InviteAdmin(FoundAdmin, ReadOnlyAdmin):
    """Who may come into which group by a link. Whoever has the code may join: so it is not shown."""

    list_display = ("created_at", "place", "created_by", "used", "expires_at", "state")
    list_filter = (LiveFilter,)
    list_select_related = ("conversation", "created_by")
    search_fields = ("id",)
    search_help_text = gettext_lazy("The user name of who made it, or the id of its group.")
    ordering = ("-id",)
    sortable_by = ()
    action_form = ReasonForm
    actions = ("revoke",)
    change_form_template = "admin/moderation/invite.html"

    def found(self, queryset: QuerySet[Invite], _term: str, uuid: UUID | None, person: User | None) -> QuerySet[Invite]:
        """By what has an index."""
        found = queryset.filter(conversation=uuid) if uuid is not None else queryset.filter(created_by=person)
        return found if uuid is not None or person is not None else queryset.none()

    @admin.display(description=gettext_lazy("group"))
    def place(self, invite: Invite) -> str:
        """Where it leads."""
        url = reverse("admin:chat_conversation_change", args=[invite.conversation_id])
        return format_html('<a href="{}">{}</a>', url, invite.conversation)

    @admin.display(description=gettext_lazy("used"))
    def used(self, invite: Invite) -> str:
        """How often, of how often."""
        return (
            _("%(uses)d of %(most)d") % {"uses": invite.uses, "most": invite.max_uses}
            if invite.max_uses is not None
            else str(invite.uses)
        )

    @admin.display(description=gettext_lazy("state"))
    def state(self, invite: Invite) -> str:
        """Whether it lets anybody in, and why not."""
        return state_of(invite)

    def has_view_permission(self, request: HttpRequest, _obj: Invite | None = None) -> bool:
        """By permission."""
        return request.user.has_perm("chat.view_invite")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return may(request.user, Act.REVOKE_INVITE)  # type: ignore[arg-type] # staff are logged in

    @admin.action(description=gettext_lazy("Revoke the chosen invites"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invite]) -> None:
        """Each of them by itself, through the action."""
        revoked = 0
        for invite in queryset.filter(revoked_at=None):
            try:
                actions.revoke_invite(invite=invite, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
            except (NotAllowed, WrongField) as error:
                self.message_user(request, str(error), messages.ERROR)
                break
            revoked += 1
        self.message_user(
            request,
            ngettext("%(count)d revoked.", "%(count)d revoked.", revoked) % {"count": revoked},
            messages.SUCCESS if revoked else messages.WARNING,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One invite, and the act that ends it."""
        invite = self.get_object(request, object_id)
        if isinstance(invite, Invite) and self.has_view_permission(request):
            acts = act_links(request, invite, [Act.REVOKE_INVITE] if invite.revoked_at is None else [])
            more = {"invite": invite, "state": state_of(invite), "used": self.used(invite), "acts": acts}
            extra_context = {**(extra_context or {}), **more, "audit": history_of(request, invite.conversation)}
        return super().change_view(request, object_id, form_url, extra_context)


def state_of(invite: Invite) -> str:
    """Whether an invite lets anybody in, and why not."""
    if invite.revoked_at is not None:
        return _("revoked")
    if invite.conversation.deleted_at is not None or invite.conversation.archived_at is not None:
        return _("its group is over")
    if invite.expires_at is not None and invite.expires_at <= timezone.now():
        return _("expired")
    if invite.max_uses is not None and invite.uses >= invite.max_uses:
        return _("used up")
    return _("lets people in")
