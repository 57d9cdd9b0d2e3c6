"""The page of notifications, and the one that the mails' link leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from chat.pages import page_state
from notifications import actions, digests

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@login_required
@ensure_csrf_cookie
def notifications(request: HttpRequest) -> HttpResponse:
    """What happened; the page asks the API for the list."""
    return render(request, "notifications.html", {"state": page_state(request)})


# A mail program posts it, without cookies and tokens (RFC 8058, 3.1); the signed link says whose mails end.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails of what was missed. By a button: programs that look at mails open every link in them."""
    user = digests.user_of(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        actions.stop_digests(user=user)
    return render(request, "unsubscribe.html", {"person": user, "done": request.method == "POST"})
