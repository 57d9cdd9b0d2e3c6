"""What somebody types into a search box of the administration, read as what has an index."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts import names
from accounts.bounded import BoundedAdmin
from accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


def tidied(term: str) -> str:
    """Without what is around it, and without what no database takes."""
    return term.strip().replace("\0", "")


def ids_in(term: str) -> tuple[UUID | None, User | None] | None:
    """An id, or a person by user name; both None: nothing is called so; None: nothing is looked for."""
    term = tidied(term)
    if not term:
        return None
    try:
        return UUID(term), None
    except ValueError:
        return None, User.objects.filter(username_key=names.fold(term)).first()


def address_in(term: str) -> str | None:
    """The address, as the database writes it, if it is one."""
    try:
        return str(ip_address(tidied(term)))
    except ValueError:
        return None


class FoundAdmin(BoundedAdmin):
    """Rows that are looked for by an id or by a person: what has an index."""

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Everything where nothing is looked for."""
        wanted = ids_in(search_term)
        return (queryset if wanted is None else self.found(queryset, tidied(search_term), *wanted)), False

    def found(self, queryset: QuerySet[Any], term: str, uuid: UUID | None, person: User | None) -> QuerySet[Any]:
        """Those that are looked for: `term` is no id where `uuid` is None, and nobody's name where `person` is."""
        raise NotImplementedError
