"""For load balancers: is the process there, and can it serve?"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from realtime import log


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers too; 503 (by `config.errors.server_error`) when it does not."""
    return JsonResponse({"status": "ok", "head": log.head().pos})
