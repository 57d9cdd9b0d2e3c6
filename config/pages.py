"""The page to try the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


# Swagger UI gives the browser HTML as text (its Markdown, cleaned by DOMPurify), which Trusted Types forbid. Here alone
# they are not asked for: the page shows nothing that people wrote. The rest of the policy stands: scripts and styles
# from ourselves only, none inline.
@csp_replace({"require-trusted-types-for": None, "trusted-types": None})
@require_safe
@ensure_csrf_cookie
def api_docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI over /api/schema: with a token, or with the cookie of whoever is logged in."""
    return render(request, "api_docs.html")
