"""Page requests of people whose session has ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser

from accounts.authentication import session_of_browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class SessionRowMiddleware:
    """Gives a page request the person of its session row, and forgets a cookie whose row has ended or is missing.

    Leaves `request.session_row`. The API is passed by: its authentication looks at the row itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            self._find_row(request)
        return self.get_response(request)

    @staticmethod
    def _find_row(request: HttpRequest) -> None:
        # Without the cookie there is nothing to look up, and the answer need not vary by it.
        if not request.session.session_key or SESSION_KEY not in request.session:
            return
        row = session_of_browser(request.session)
        if row is None:
            request.session.flush()
            request.user = AnonymousUser()
            return
        row.touch()
        if row.extend(timedelta(seconds=request.session.get_expiry_age())):
            request.session.modified = True  # sends the cookie again, with its new end
        request.session_row = row  # type: ignore[attr-defined]
        request.user = row.user
