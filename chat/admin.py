"""The administration's pages of chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from accounts.bounded import BoundedAdmin
from chat.models import ImportedPerson

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(ImportedPerson)
class ImportedPersonAdmin(BoundedAdmin):
    """Which accounts imports made or found: to read. A placeholder is handed over on the account's own page."""

    list_display = ("user", "source", "is_placeholder", "created_at")
    list_filter = ("is_placeholder",)
    list_select_related = ("user",)
    search_fields = ("source", "user__username_key")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never: imports do."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: ImportedPerson | None = None) -> bool:
        """Never: the next import would make everybody anew."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: ImportedPerson | None = None) -> bool:
        """Never, for the same reason."""
        return False
