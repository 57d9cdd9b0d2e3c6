"""GET /metrics, for Prometheus: of this process alone, to this machine or with the token of the settings."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

if TYPE_CHECKING:
    from django.http import HttpRequest

REFUSED = "Metrics are for this machine alone, or with BROOK_METRICS_TOKEN as a bearer token.\n"
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format; 403 for everybody else."""
    if not (_has_token(request) or _is_local(request)):
        return HttpResponse(REFUSED, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted)


def _is_local(request: HttpRequest) -> bool:
    """From this machine itself: what a proxy on it hands on is from elsewhere. With a token set, only that counts."""
    if settings.METRICS_TOKEN or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
