"""Messages: /api/messages…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from chat import actions
from chat.api.base import ChatView, parsed
from chat.models import Participant
from chat.schemas import MessageSchema
from chat.serializers import SendSerializer, message_json, with_status

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class MessagesView(ChatView):
    """Sending."""

    throttle_scope = "sends"
    error_statuses = (409,)

    @extend_schema(
        operation_id="message_send", request=SendSerializer, responses={200: MessageSchema, 201: MessageSchema}
    )
    def post(self, request: Request) -> Response:
        """201; the same `client_id` again: 200 with the first message."""
        wanted = parsed(SendSerializer(data=request.data))
        message, created = actions.send_message(
            sender=self.me,
            conversation_id=wanted["conversation_id"],
            client_id=wanted["client_id"],
            content=wanted["content"],
        )
        if created:
            shown = {**message_json(message), "status": "sent", "starred": False}
            return Response(shown, status=status.HTTP_201_CREATED)
        participant = Participant.objects.find(self.me, message.conversation_id)
        return Response(with_status([message], participant)[0])


class MessageView(ChatView):
    """One message."""

    @extend_schema(operation_id="message_get", responses=MessageSchema)
    def get(self, request: Request, message_id: UUID) -> Response:
        """A message of a conversation I take part in."""
        participant, message = Participant.objects.find_message(self.me, message_id)
        return Response(with_status([message], participant)[0])
