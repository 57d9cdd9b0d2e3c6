"""The administration as a whole: its name, who gets in, and its addresses beside those of the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.urls import path

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse


class OfficeLoginForm(AdminAuthenticationForm):
    """Log-in of staff; who is suspended is told so."""

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """As Django's.

        Raises:
            ValidationError: they are suspended, or no staff.
        """
        super().confirm_login_allowed(user)  # type: ignore[arg-type] # the same, in the stubs' words
        if text := getattr(user, "suspension", ""):
            raise ValidationError(text, code="suspended")


class OfficeSite(AdminSite):
    """Brook's administration."""

    site_header = "Brook"
    site_title = "Brook"
    index_title = "Administration"
    login_form = OfficeLoginForm

    def get_urls(self) -> list[Any]:
        """Those of the models, and the acts."""
        from moderation.admin.acting import act

        def act_view(request: HttpRequest, **named: Any) -> HttpResponse:
            return act(request, self, **named)

        ours = [path("act/<str:act>/<str:noun>/<str:target_id>/", self.admin_view(act_view), name="act")]
        return [*ours, *super().get_urls()]
