"""REST side of realtime: who may have a stream, and how the server is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from realtime import conf, hub
from realtime.gate import StreamGranted
from realtime.stream import Viewer

if TYPE_CHECKING:
    from rest_framework.request import Request


class NoStreamHere(APIException):
    """This process holds no streams, or cannot reach the log just now."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "No stream can be opened here right now: try again."
    default_code = "unavailable"
    wait = 2  # the exception handler makes Retry-After of it


class StreamView(APIView):
    """Decides about a stream; `realtime.asgi` then holds it open."""

    throttle_scope = "streams"

    @extend_schema(
        operation_id="realtime_stream",
        summary="Everything that concerns me, as Server-Sent Events",
        parameters=[
            OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description="Resume after this cursor."),
            OpenApiParameter("last_event_id", str, description="The same, for a first connection."),
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """200 and the stream, 401 without credentials, 503 where this process cannot hold one."""
        own = hub.running()
        if not getattr(request._request, "is_stream_gate", False) or own is None or not own.is_ready:
            raise NoStreamHere
        expires_at = getattr(request.auth, "token_expires_at", None)
        return StreamGranted(Viewer(str(request.user.pk), str(getattr(request.auth, "id", "")), expires_at))


class StatusSerializer(serializers.Serializer[dict[str, str]]):
    """Whether the server is up, and which version it is."""

    status = serializers.ChoiceField(["ok"])
    version = serializers.CharField()


class StatusView(APIView):
    """Open to everyone: is the server there?"""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="realtime_status", responses=StatusSerializer)
    def get(self, request: Request) -> Response:
        """200 as long as this process answers."""
        return Response({"status": "ok", "version": conf.option("VERSION", "")})
