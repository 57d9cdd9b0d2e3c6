"""Where people are logged in: the list of `accounts.admin`, with an act that logs a device out and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import SessionAdmin
from accounts.models import Session
from chat.actions import NotAllowed, WrongField
from moderation import actions
from moderation.actions.auditing import may
from moderation.admin.base import ReasonForm
from moderation.models import Act

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class DevicesAdmin(SessionAdmin):
    """Log-ins, to look at and to end."""

    action_form = ReasonForm
    actions = ("end",)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """By permission."""
        return may(request.user, Act.END_SESSIONS)  # type: ignore[arg-type] # staff are logged in

    @admin.action(description=gettext_lazy("End: log that device out"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Each of them by itself, through the action."""
        ended = 0
        for session in queryset.select_related("user"):
            try:
                ended += actions.end_session(session=session, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
            except (NotAllowed, WrongField) as error:
                self.message_user(request, str(error), messages.ERROR)
                break
        self.message_user(
            request,
            ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended) % {"count": ended},
            messages.SUCCESS if ended else messages.WARNING,
        )


admin.site.unregister(Session)
admin.site.register(Session, DevicesAdmin)
