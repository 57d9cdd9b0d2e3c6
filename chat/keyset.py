"""Lists by a moment and an id: each page begins after the last row of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q

from accounts.paging import cursor_refused, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)


def page_by(
    moment: str, rows: QuerySet[M], *, after: str | None, limit: int, oldest_first: bool = False
) -> tuple[list[M], str | None]:
    """The rows after a cursor, newest first by the field `moment`, and the cursor of the next page if there is one.

    Raises:
        ValidationError: `after` is no cursor of such a list.
    """
    sign, side = ("", "gt") if oldest_first else ("-", "lt")
    ordered = rows.order_by(f"{sign}{moment}", f"{sign}pk")
    if after is not None:
        at, pk = place_of(rows.model, after)
        # The first condition follows from the second; an index can begin at it.
        ordered = ordered.filter(**{f"{moment}__{side}e": at}).filter(
            Q(**{f"{moment}__{side}": at}) | Q(**{moment: at, f"pk__{side}": pk})
        )
    return cut(moment, list(ordered[: limit + 1]), limit)


def cut(moment: str, found: list[M], limit: int) -> tuple[list[M], str | None]:
    """A page of rows of which one more was asked for, and the cursor of the next page if there is one."""
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    return page, encode_cursor(f"{getattr(page[-1], moment).isoformat()}|{page[-1].pk}")


def number_of(cursor: str) -> int:
    """The key that a cursor of a list by numbers stands for.

    Raises:
        ValidationError: it is no cursor of such a list.
    """
    key = decode_cursor(cursor)
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise cursor_refused()
    return int(key)


def place_of(model: type[Model], cursor: str) -> tuple[datetime, Any]:
    """The moment and the id that a cursor stands for.

    Raises:
        ValidationError: it is no cursor of such a list.
    """
    at, _bar, pk = decode_cursor(cursor).partition("|")
    try:
        return datetime.fromisoformat(at), model._meta.pk.to_python(pk)
    except (ValueError, ValidationError):
        raise cursor_refused() from None
