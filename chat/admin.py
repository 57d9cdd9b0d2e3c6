"""The administration's pages of chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from accounts import names
from accounts.bounded import BoundedPaginator
from accounts.models import User
from chat.models import ImportedPerson, MessageEdit

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(MessageEdit)
class MessageEditAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """What messages said before they were edited: to read, for staff with the permission to view it."""

    list_display = ("message_id", "sender", "content", "edited_at", "edited_by")
    list_select_related = ("message__sender", "edited_by")
    search_fields = ("=message__id",)
    paginator = BoundedPaginator
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageEdit]:
        """Not of what was deleted: while staff hold a conversation, it stays there for its export alone."""
        found: QuerySet[MessageEdit] = super().get_queryset(request).filter(message__deleted_at=None)
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[MessageEdit], search_term: str
    ) -> tuple[QuerySet[MessageEdit], bool]:
        """Of a person first, by user name: what has an index."""
        name = names.fold(search_term.strip().replace("\0", ""))
        person = User.objects.filter(username_key=name).first() if name else None
        if person is not None:
            return queryset.filter(message__sender=person), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(ordering="message__sender")
    def sender(self, edit: MessageEdit) -> str:
        """Who said it."""
        return str(edit.message.sender or "")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never: edits are made by editing."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: MessageEdit | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: MessageEdit | None = None) -> bool:
        """Never: they go with the message."""
        return False


@admin.register(ImportedPerson)
class ImportedPersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """Which accounts imports made or found: to read. A placeholder is handed over on the account's own page."""

    list_display = ("user", "source", "is_placeholder", "created_at")
    list_filter = ("is_placeholder",)
    list_select_related = ("user",)
    search_fields = ("source", "user__username_key")
    paginator = BoundedPaginator
    show_full_result_count = False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never: imports do."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: ImportedPerson | None = None) -> bool:
        """Never: the next import would make everybody anew."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: ImportedPerson | None = None) -> bool:
        """Never, for the same reason."""
        return False
