"""People and the roles of staff: those of `accounts.admin`, with acts that ask why, and lines in the audit log."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.admin import UserAdmin
from accounts.models import TwoFactor, User
from moderation.actions import note
from moderation.admin.base import act_links, history_of
from moderation.models import Act, Deed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """As Django's, and into the audit log: rights as they were and are, of what else was changed the names."""
        super().save_related(request, form, formsets, change)
        if not change:
            note(by=request.user, act=Deed.ADD_PERSON, target=form.instance, reason="")  # type: ignore[arg-type]
        elif changed := form.changed_data:
            rights = [name for name in RIGHTS if name in changed]
            after = {**_of(form.cleaned_data, rights), "changed": sorted(changed)}
            _note_form(request, Deed.CHANGE_PERSON, form, _of(form.initial, rights), after)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """As Django's, and into the audit log."""
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
                note(by=request.user, act=Deed.SET_PASSWORD, target=User.objects.get(pk=id), reason="")  # type: ignore[arg-type]
        return answer


class RoleAdmin(GroupAdmin):
    """Roles of staff; who gives them what is in the audit log."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """As Django's, and into the audit log."""
        super().save_related(request, form, formsets, change)
        if changed := form.changed_data:
            before, after = _of(form.initial, changed), _of(form.cleaned_data, changed)
            _note_form(request, Deed.CHANGE_ROLE, form, before, after)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        """As Django's, and into the audit log."""
        note(by=request.user, act=Deed.DELETE_ROLE, target=obj, reason="")  # type: ignore[arg-type]
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """One by one."""
        for role in queryset:
            self.delete_model(request, role)


def _of(values: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: _plain(values[name]) for name in names if name in values}


def _plain(value: Any) -> Any:
    """As the audit log keeps it: rights by their names in the code."""
    if isinstance(value, bool | str):
        return value
    return sorted(each.codename if isinstance(each, Permission) else str(each) for each in value)


def _note_form(request: HttpRequest, deed: Deed, form: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    note(by=request.user, act=deed, target=form.instance, reason="", before=before, after=after)  # type: ignore[arg-type]


def _has_more_than_a_password(user: User) -> bool:
    return TwoFactor.objects.active().filter(user=user).exists() or user.passkeys.exists()


admin.site.unregister([User, Group])
admin.site.register(User, PeopleAdmin)
admin.site.register(Group, RoleAdmin)
