"""Page requests of people whose session has ended, or who come too often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from accounts import second_step
from accounts.authentication import note_person, session_of_browser
from accounts.limits import TooOften
from accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


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
        note_person(row, request)
        if row.extend(timedelta(seconds=request.session.get_expiry_age())):
            request.session.modified = True  # sends the cookie again, with its new end
        request.session_row = row  # type: ignore[attr-defined]
        request.user = row.user


class LanguageMiddleware(LocaleMiddleware):
    """As Django's: the cookie, else Accept-Language, else BROOK_LANGUAGE; but first what the person of a page chose.

    In the API that is known later: see `authentication.note_person`.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose."""
        row = getattr(request, "session_row", None)
        language = (row.user.language if row is not None else "") or translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which it was; what has its language whoever asks is left alone, and may be kept by caches."""
        if "Content-Language" in response:
            return response
        return super().process_response(request, response)


class TooOftenMiddleware:
    """Makes a page with Retry-After of a limit that a page's view ran into. (In the API that is DRF's.)"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @staticmethod
    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """429 for `TooOften`; None for all others, which leaves them to Django."""
        if not isinstance(exception, TooOften):
            return None
        page = render(request, "429.html", {"wait_s": exception.wait}, status=exception.status_code)
        page["Retry-After"] = str(exception.wait)
        return page


class AdministrationMiddleware:
    """The administration has no log-in of its own, which would pass by the second step; staff come by ours.

    With BROOK_REQUIRE_TWO_FACTOR_STAFF it lets in only log-ins for which a code was shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._refusal(request) or self.get_response(request)

    @staticmethod
    def _refusal(request: HttpRequest) -> HttpResponse | None:
        office = reverse("admin:index")
        if not request.path.startswith(office):
            return None
        user = request.user
        if request.path == reverse("admin:login") and not (isinstance(user, User) and user.is_staff):
            if user.is_authenticated:
                raise PermissionDenied
            return redirect_to_login(request.GET.get("next") or office)
        if isinstance(user, User) and second_step.is_required_of(user) and not _has_shown_code(request):
            return redirect(f"{reverse('settings')}#two-factor")
        return None


def _has_shown_code(request: HttpRequest) -> bool:
    row = getattr(request, "session_row", None)
    return row is not None and row.two_factor
