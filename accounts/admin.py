"""The administration's pages for people and their sessions; every change goes through an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from accounts import actions as account_actions
from accounts.bounded import BoundedAdmin
from accounts.finding import FoundAdmin, address_in
from accounts.forms import UserAddForm, UserPasswordForm
from accounts.models import Session, User
from accounts.places import place_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest


@admin.register(User)
class UserAdmin(BoundedAdmin, DjangoUserAdmin):  # type: ignore[type-arg] # not generic at run time
    """People. Nobody is deleted here: who is deactivated is shut out, and what they wrote stays."""

    list_display = ("username", "display_name", "email", "is_active", "is_staff", "is_bot", "date_joined")
    list_filter = ("is_active", "is_staff", "is_bot")
    search_fields = ("search_text", "email")
    ordering = ("username_key",)
    sortable_by = ("username",)
    readonly_fields = (
        "is_active",
        "suspended_until",
        "is_exempt",
        "date_joined",
        "signed_up_at",
        "last_login",
        "last_seen_at",
    )
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email", "is_bot")}),
        (_("Status"), {"fields": ("status_emoji", "status_text", "status_expires_at", "time_zone")}),
        (
            _("Rights"),
            {
                "fields": (
                    "is_active",
                    "suspended_until",
                    "is_exempt",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                )
            },
        ),
        (_("Times"), {"fields": ("date_joined", "signed_up_at", "last_login", "last_seen_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "display_name", "email", "usable_password", "password1", "password2"),
            },
        ),
    )
    add_form = UserAddForm
    change_password_form = UserPasswordForm

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Never."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:  # noqa: FBT001
        """A change of the names shows in every open client."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in User._meta.concrete_fields}
        account_actions.update_profile(
            user=obj,
            changes={name: getattr(obj, name) for name in form.changed_data if name in columns},
            by_staff=True,
        )


@admin.register(Session)
class SessionAdmin(FoundAdmin):
    """Log-ins, to look at. `moderation.admin.sessions` ends them, with a reason."""

    list_display = (
        "user",
        "kind",
        "created_at",
        "last_seen_at",
        "address",
        "place",
        "user_agent",
        "ended_at",
        "end_reason",
    )
    list_filter = ("kind", "end_reason")
    list_select_related = ("user",)
    search_fields = ("id",)
    search_help_text = _("The user name of whose they are, or an address.")
    ordering = ("-id",)
    sortable_by = ()
    exclude = ("refresh_jti", "previous_jti", "rotated_at", "session_key")
    readonly_fields = ("place",)

    def found(
        self, queryset: QuerySet[Session], term: str, uuid: UUID | None, person: User | None
    ) -> QuerySet[Session]:
        """By what has an index."""
        address = address_in(term)
        if address is not None:
            return queryset.filter(address=address)
        return queryset.filter(user=uuid or person) if uuid or person else queryset.none()

    @admin.display(description=_("place"))
    def place(self, session: Session) -> str | None:
        """Where the address is, as far as the server knows."""
        return place_of(session.address)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Only log-in makes them."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Session | None = None) -> bool:
        """They are as they are."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Session | None = None) -> bool:
        """They are ended, and forgotten later."""
        return False
