"""The page to try the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.serializers import user_json
from chat import reading

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BADGES_SHOWN = 8


# Swagger UI gives the browser HTML as text (its Markdown, cleaned by DOMPurify), which Trusted Types forbid. Here alone
# they are not asked for: the page shows nothing that people wrote. The rest of the policy stands: scripts and styles
# from ourselves only, none inline.
@csp_replace({"require-trusted-types-for": None, "trusted-types": None})
@require_safe
@ensure_csrf_cookie
def api_docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI over /api/schema: with a token, or with the cookie of whoever is logged in."""
    return render(request, "api_docs.html")


@require_safe
@login_required
@ensure_csrf_cookie
def badges(request: HttpRequest) -> HttpResponse:
    """The badge in every place where it may stand, on a page that has nothing else of Brook's scripts."""
    assert request.user.is_authenticated  # noqa: S101 - login_required
    conversations = reading.conversation_list(request.user, limit=BADGES_SHOWN)["results"]
    me = user_json(request.user)
    people = {
        str(each["user"]["id"]): each["user"]
        for conversation in conversations
        for each in conversation["participants"]
        if each["user"]["id"] != me["id"]
    }
    shown = list(people.values())[:BADGES_SHOWN]
    return render(request, "badges.html", {"me": me, "people": shown, "conversations": conversations})
