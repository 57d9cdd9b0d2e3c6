"""The table of who may do what (matrix.txt), and the addresses that it must cover."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("matrix.txt")
ROLES = ["anonymous", "outsider", "member", "moderator", "admin", "staff", "banned"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Line:
    """One line of the table: what everybody gets from a method at an address."""

    method: str
    route: str
    expected: dict[str, int]
    body: str  # JSON with $names, or a form as a=b&c=d

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def lines() -> list[Line]:
    """The table."""
    found = []
    for text in TABLE.read_text().splitlines():
        if text.strip() and not text.startswith("#"):
            address, statuses, *body = (part.strip() for part in text.split("|", 2))
            method, route = address.split()
            expected = dict(zip(ROLES, map(int, statuses.split()), strict=True))
            found.append(Line(method, route, expected, body[0] if body else ""))
    return found


def routes() -> list[str]:
    """All addresses of the URLconf but those of the administration, which have a test of their own."""
    return [route for route in _walk(get_resolver().url_patterns, "/") if not route.startswith("/admin/")]


def admin_routes() -> list[str]:
    """The addresses of the administration."""
    return [route for route in _walk(get_resolver().url_patterns, "/") if route.startswith("/admin/")]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, address)
        else:
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address)
