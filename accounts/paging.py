"""Lists by keyset: each page begins after the last row of the one before, however many rows come or go meanwhile."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

M = TypeVar("M", bound="Model")


def encode_cursor(key: str) -> str:
    """The key of a row as clients carry it."""
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The key in a cursor.

    Raises:
        ValidationError: it is not one of ours.
    """
    try:
        key = urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}".encode("ascii")).decode()
    except (binascii.Error, UnicodeError):
        key = ""
    if not key or "\0" in key:
        raise cursor_refused()
    return key


def cursor_refused() -> ValidationError:
    """The answer to a cursor that we did not give."""
    return ValidationError({"cursor": _("This cursor is not valid.")})


def page_of(rows: QuerySet[M], limit: int, key: Callable[[M], str], shape: Callable[[M], Any]) -> dict[str, Any]:
    """The first rows, each in its shape, and the cursor of the next page if there is one."""
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return {
        "results": [shape(row) for row in shown],
        "next": encode_cursor(key(shown[-1])) if len(found) > limit else None,
    }
