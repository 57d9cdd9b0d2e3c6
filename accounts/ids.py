"""Ids as they come in."""

from __future__ import annotations

from uuid import UUID

from rest_framework.exceptions import NotFound


def is_id(text: str) -> bool:
    """Whether a text is an id, in whatever form."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def parse_id(text: str) -> UUID:
    """The id in its usual form of five groups (RFC 9562, 4).

    Raises:
        NotFound: it is anything else, which cannot name what is there.
    """
    try:
        parsed = UUID(text)
    except ValueError:
        raise NotFound from None
    if str(parsed) != text.lower():
        raise NotFound
    return parsed
