"""The page of notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from chat.pages import page_state

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@login_required
@ensure_csrf_cookie
def notifications(request: HttpRequest) -> HttpResponse:
    """What happened; the page asks the API for the list."""
    return render(request, "notifications.html", {"state": page_state(request)})
