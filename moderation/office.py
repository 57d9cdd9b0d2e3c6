"""The administration as a whole: its name, its first page, and its addresses beside those of the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.urls import path
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class OfficeSite(AdminSite):
    """Brook's administration."""

    site_header = "Brook"
    site_title = "Brook"
    index_title = _("Administration")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """As Django's, under the same policy but for Trusted Types: its jQuery makes HTML of text, all over."""
        relaxed = csp_replace({"require-trusted-types-for": None, "trusted-types": None})
        return relaxed(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        """Those of the models, and the acts."""
        from moderation.admin.acting import act

        def act_view(request: HttpRequest, **named: Any) -> HttpResponseBase:
            return act(request, self, **named)

        ours = [path("act/<str:act>/<str:noun>/<str:target_id>/", self.admin_view(act_view), name="act")]
        return [*ours, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """How the server is doing, for those who look after reports; what staff did, for those who may read it."""
        from moderation import dashboard

        sees = request.user.has_perm
        more = {
            "cards": dashboard.cards() if sees("moderation.view_report") else [],
            "yours": dashboard.reports_of(request.user) if sees("moderation.view_report") else 0,
            "audit": dashboard.last_acts() if sees("moderation.view_auditentry") else [],
        }
        return super().index(request, {**more, **(extra_context or {})})
