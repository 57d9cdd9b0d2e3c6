"""REST side of realtime: who may have a stream, and how the server is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.views import APIView

from realtime import conf, hub, metrics, topics
from realtime.gate import PollGranted, StreamGranted
from realtime.stream import Viewer

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.authentication import BaseAuthentication
    from rest_framework.request import Request


class NoStreamHere(APIException):
    """This process holds no streams, or cannot reach the log just now."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("No stream can be opened here right now: try again.")
    default_code = "unavailable"
    wait = 2  # the exception handler makes Retry-After of it


class RawView(APIView):
    """Decides about what `realtime.asgi` then does. Also takes the one-time tickets of REALTIME["TICKETS"]."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Tickets first: who sends one wants to be known by it."""
        tickets = conf.hook("TICKETS")
        return [*([tickets()] if tickets else []), *super().get_authenticators()]


RESUME = [
    OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description="Resume after this cursor."),
    OpenApiParameter("last_event_id", str, description="The same, for a first connection."),
]
EVENT_STREAM = {(200, "text/event-stream"): OpenApiTypes.STR}


class StreamView(RawView):
    """A stream of all that concerns me."""

    throttle_scope = "streams"

    @extend_schema(
        operation_id="realtime_stream",
        summary="Everything that concerns me, as Server-Sent Events",
        parameters=RESUME,
        responses=EVENT_STREAM,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """200 and the stream, 401 without credentials, 503 where this process cannot hold one."""
        require_hub(request)
        return StreamGranted(viewer_of(request))


class ConversationStreamView(RawView):
    """A stream of one conversation."""

    throttle_scope = "streams"

    @extend_schema(
        operation_id="realtime_conversation_stream",
        summary="Everything in one conversation, as Server-Sent Events",
        parameters=RESUME,
        responses=EVENT_STREAM,
    )
    def get(self, request: Request, conversation_id: UUID) -> HttpResponseBase:
        """Begins with `init` and `conversation.snapshot`; ends when I am removed. 404 for outsiders."""
        require_hub(request)
        enter = conf.hook("CONVERSATION")
        snapshot = enter(request.user.pk, conversation_id) if enter is not None else None
        if snapshot is None:
            raise NotFound
        return StreamGranted(replace(viewer_of(request), only=topics.conversation(conversation_id)), snapshot)


def require_hub(request: Request) -> None:
    """Raises NoStreamHere where the request did not come by the raw application, or its hub is full or lost."""
    own = hub.running()
    if not getattr(request._request, "is_stream_gate", False) or own is None or not own.is_ready or own.is_full:
        metrics.REFUSED.inc()
        raise NoStreamHere


def viewer_of(request: Request) -> Viewer:
    """Who looks on, by the credentials of the request."""
    expires_at = getattr(request.auth, "token_expires_at", None)
    return Viewer(str(request.user.pk), str(getattr(request.auth, "id", "")), expires_at)


class PollQuery(serializers.Serializer[Any]):
    """What a poll asks for. The cursor is not checked here: any that is none of ours gets a `reset`."""

    wait = serializers.IntegerField(
        default=conf.POLL_WAIT_S[0],
        min_value=0,
        max_value=conf.POLL_WAIT_S[1],
        help_text="Seconds to wait for an event where there is none; 0 never waits.",
    )


class PolledEventSerializer(serializers.Serializer[Any]):
    """An event as a stream would give it."""

    id = serializers.CharField(allow_null=True, help_text="Its cursor; null for what is not kept.")
    type = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment] # a field of this name, as in a frame


class PollSerializer(serializers.Serializer[Any]):
    """What came since the cursor, and the cursor to ask with next."""

    events = PolledEventSerializer(many=True)
    cursor = serializers.CharField()
    reset = serializers.BooleanField(help_text="Nothing was replayed: reload your state, go on from `cursor`.")
    user_id = serializers.UUIDField(help_text="Whose events they are, by the credentials.")


class PollView(RawView):
    """The same without a stream."""

    throttle_scope = "polls"

    @extend_schema(
        operation_id="realtime_poll",
        summary="The events since a cursor, or the first that come while it waits",
        parameters=[OpenApiParameter("cursor", str, description="Where to go on; none: from now on."), PollQuery],
        responses=PollSerializer,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """At most 200 events, the rest at the next poll; 503 where this process cannot let one wait."""
        query = PollQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        require_hub(request)
        return PollGranted(viewer_of(request), request.query_params.get("cursor"), query.validated_data["wait"])
