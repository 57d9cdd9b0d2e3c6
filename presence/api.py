"""REST side of presence and typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.api.base import caller
from chat.api.base import ChatView, parsed
from presence import actions, reading
from presence.serializers import HeartbeatSerializer, PresenceListSchema, PresenceQuery, TypingSerializer
from presence.states import Status

if TYPE_CHECKING:
    from rest_framework.request import Request


class PresenceView(ChatView):
    """Who is here."""

    @extend_schema(operation_id="presence", parameters=[PresenceQuery], responses={200: PresenceListSchema})
    def get(self, request: Request) -> Response:
        """How present people are; of those one shares no conversation with nothing is told."""
        query = parsed(PresenceQuery(data=request.query_params))
        results = reading.presence_of(query["user_ids"], viewer=self.me)
        return Response({"results": results, "online_count": reading.online_count()})


class HeartbeatView(ChatView):
    """How one is oneself."""

    @extend_schema(operation_id="presence_heartbeat", request=HeartbeatSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Say how one is on this device; to be said again at least every 30 s while one is active."""
        user, session = caller(request)
        beat = parsed(HeartbeatSerializer(data=request.data))
        actions.heartbeat(
            user=user, session=session, status=Status(beat["status"]), conversation_id=beat["conversation_id"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class TypingView(ChatView):
    """Typing."""

    @extend_schema(operation_id="realtime_typing", request=TypingSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Say that one types, again every 3 s or so, or that one stopped; more signals than that are swallowed."""
        signal = parsed(TypingSerializer(data=request.data))
        actions.signal_typing(user=self.me, conversation_id=signal["conversation_id"], is_typing=signal["is_typing"])
        return Response(status=status.HTTP_204_NO_CONTENT)
