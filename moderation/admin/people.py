"""People, as staff see them: those of `accounts.admin`, with acts that ask why in the place of those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from accounts.admin import UserAdmin
from accounts.models import TwoFactor, User
from moderation.admin.base import act_links, history_of
from moderation.models import Act

if TYPE_CHECKING:
    from django.http import HttpRequest

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class PeopleAdmin(UserAdmin):
    """Everybody. What is done to them is done by acts, each with its reason and its line in the audit log."""

    change_form_template = "admin/moderation/person.html"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Of staff, superusers alone: or whoever may give a new password to people would be anybody."""
        allowed = super().has_change_permission(request, obj)
        is_staff = obj is not None and (obj.is_staff or obj.is_superuser)
        return allowed and (not is_staff or bool(getattr(request.user, "is_superuser", False)))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights are given by superusers."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if getattr(request.user, "is_superuser", False) else (*fields, *RIGHTS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One person, with the acts that fit, and what was done to them."""
        user = self.get_object(request, object_id)
        if isinstance(user, User):
            acts = [
                Act.WARN,
                Act.END_SUSPENSION if user.is_suspended else Act.SUSPEND,
                Act.BAN if user.is_active else Act.UNBAN,
                Act.END_SESSIONS,
                *([Act.RESET_TWO_FACTOR] if _has_more_than_a_password(user) else []),
                Act.REMOVE_ALL,
                Act.END_EXEMPTION if user.is_exempt else Act.EXEMPT,
            ]
            links = act_links(request, user, acts) if user.pk != request.user.pk else []
            extra_context = {**(extra_context or {}), "acts": links, "audit": history_of(request, user)}
        return super().change_view(request, object_id, form_url, extra_context)


def _has_more_than_a_password(user: User) -> bool:
    return TwoFactor.objects.active().filter(user=user).exists() or user.passkeys.exists()


admin.site.unregister(User)
admin.site.register(User, PeopleAdmin)
