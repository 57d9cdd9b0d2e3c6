"""The administration as a whole: its name, and its addresses beside those of the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class OfficeSite(AdminSite):
    """Brook's administration."""

    site_header = "Brook"
    site_title = "Brook"
    index_title = "Administration"

    def get_urls(self) -> list[Any]:
        """Those of the models, and the acts."""
        from moderation.admin.acting import act

        def act_view(request: HttpRequest, **named: Any) -> HttpResponse:
            return act(request, self, **named)

        ours = [path("act/<str:act>/<str:noun>/<str:target_id>/", self.admin_view(act_view), name="act")]
        return [*ours, *super().get_urls()]
