"""For load balancers: is the process there, and can it serve?"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from realtime import log


def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers too; 503 (by `config.errors.server_error`) when it does not."""
    return JsonResponse({"status": "ok", "head": log.head().pos})
