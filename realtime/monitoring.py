"""How realtime is: what the server says of itself, and what clients say of their connections."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from realtime import conf, figures, hub, log, metrics

if TYPE_CHECKING:
    from rest_framework.request import Request

STARTED = time.monotonic()
MOST_AT_ONCE = 10_000
MOST_MS = 24 * 3600 * 1000


class StatusSerializer(serializers.Serializer[Any]):
    """Whether the server is up, and which version it is; the rest is for people who are signed in."""

    status = serializers.ChoiceField(["ok"])
    version = serializers.CharField()
    streams = serializers.IntegerField(required=False, help_text="Open ones, of all processes.")
    users_online = serializers.IntegerField(required=False)
    uptime_seconds = serializers.IntegerField(required=False, help_text="Of the process that answers.")
    head = serializers.IntegerField(required=False, help_text="The last place given in the log.")
    lag_ms = serializers.FloatField(
        required=False, allow_null=True, help_text="Of the last events: from writing to the sockets; null: none yet."
    )
    layer = serializers.ChoiceField(["memory", "ok", "away"], required=False, help_text="memory: one process alone.")
    database = serializers.ChoiceField(["ok", "away"], required=False)


class StatusView(APIView):
    """Open to everyone: is the server there?"""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="realtime_status", responses=StatusSerializer)
    def get(self, request: Request) -> Response:
        """200 as long as this process answers; more for those who are signed in."""
        answer = {"status": "ok", "version": conf.option("VERSION", "")}
        return Response({**answer, **_details()} if request.user.is_authenticated else answer)


def _details() -> dict[str, Any]:
    own = hub.running()
    online = conf.hook("USERS_ONLINE")
    people = own.people if own is not None else 0
    return {
        "users_online": online() if online is not None else people,
        "uptime_seconds": int(time.monotonic() - STARTED),
        "head": log.head().pos,
        **(_of_hub(own) if own is not None else _of_others()),
    }


def _of_hub(own: hub.Hub) -> dict[str, Any]:
    return {
        "streams": own.allowance.everywhere,
        "lag_ms": round(own.lag_s * 1000, 1) if own.lag_s is not None else None,
        "layer": own.layer_state,
        "database": "ok" if own.is_ready else "away",
    }


def _of_others() -> dict[str, Any]:
    """What a process without streams knows: what those with streams said of themselves in the last seconds."""
    if not figures.are_kept():
        return {"streams": 0, "lag_ms": None, "layer": "memory", "database": "ok"}
    try:
        others = figures.read()
    except figures.FiguresAway:
        return {"streams": 0, "lag_ms": None, "layer": "away", "database": "ok"}
    lags = [other.lag_ms for other in others if other.lag_ms is not None]
    return {
        "streams": sum(other.streams for other in others),
        "lag_ms": max(lags, default=None),
        "layer": "ok",
        "database": "ok",  # it has just been asked for the head
    }


class ClientMetricsSerializer(serializers.Serializer[Any]):
    """What a client counted since it last told."""

    connects = serializers.IntegerField(default=0, min_value=0, max_value=MOST_AT_ONCE)
    failures = serializers.IntegerField(default=0, min_value=0, max_value=MOST_AT_ONCE)
    polls = serializers.IntegerField(default=0, min_value=0, max_value=MOST_AT_ONCE)
    parse_errors = serializers.IntegerField(default=0, min_value=0, max_value=MOST_AT_ONCE)
    reconnect_ms = serializers.FloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_MS,
        help_text="The longest time without a connection.",
    )


class ClientMetricsView(APIView):
    """What clients say of their connections, for /metrics."""

    @extend_schema(
        operation_id="realtime_client_metrics",
        summary="Tell how my connection has been",
        request=ClientMetricsSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Counted, not kept, and nobody's in particular."""
        told = ClientMetricsSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        counts = told.validated_data
        metrics.CLIENT_CONNECTS.inc(counts["connects"])
        metrics.CLIENT_FAILURES.inc(counts["failures"])
        metrics.CLIENT_POLLS.inc(counts["polls"])
        metrics.CLIENT_PARSE_ERRORS.inc(counts["parse_errors"])
        if counts.get("reconnect_ms") is not None:
            metrics.CLIENT_RECONNECT.observe(counts["reconnect_ms"] / 1000)
        return Response(status=status.HTTP_204_NO_CONTENT)
