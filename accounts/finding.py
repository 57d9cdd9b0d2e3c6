"""What somebody types into a search box of the administration, read as what has an index."""

from __future__ import annotations

from ipaddress import ip_address
from uuid import UUID

from accounts import names
from accounts.models import User


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
