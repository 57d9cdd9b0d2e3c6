"""Messages: /api/messages…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from chat import actions
from chat.api.base import ChatView, parsed, parsed_by
from chat.models import MessageType, Participant
from chat.schemas import ForwardSchema, MessageSchema
from chat.serializers import (
    EditSerializer,
    ForwardSerializer,
    SendSerializer,
    message_json,
    messages_for,
    with_status,
)

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


SEND = SendSerializer()


class MessagesView(ChatView):
    """Sending."""

    throttle_scope = "sends"
    error_statuses = (409,)

    @extend_schema(
        operation_id="message_send", request=SendSerializer, responses={200: MessageSchema, 201: MessageSchema}
    )
    def post(self, request: Request) -> Response:
        """201; the same `client_id` again: 200 with the first message."""
        wanted = parsed_by(SEND, request.data)
        message, created = actions.send_message(
            sender=self.me,
            conversation_id=wanted["conversation_id"],
            client_id=wanted["client_id"],
            content=wanted["content"],
            reply_to=wanted["reply_to"],
            thread_root=wanted["thread_root"],
            type=MessageType(wanted["type"]) if wanted["type"] else None,
            attachment_ids=wanted["attachment_ids"],
        )
        if created:
            shown = {**message_json(message), "status": "sent", "starred": False}
            return Response(shown, status=status.HTTP_201_CREATED)
        participant = Participant.objects.find(self.me, message.conversation_id)
        return Response(with_status([message], participant)[0])


class MessageView(ChatView):
    """One message."""

    error_statuses = (403, 409)

    @extend_schema(operation_id="message_get", responses=MessageSchema)
    def get(self, request: Request, message_id: UUID) -> Response:
        """A message of a conversation I take part in."""
        participant, message = Participant.objects.find_message(self.me, message_id)
        return Response(with_status([message], participant)[0])

    @extend_schema(operation_id="message_edit", request=EditSerializer, responses=MessageSchema)
    def patch(self, request: Request, message_id: UUID) -> Response:
        """Say something else instead (the sender)."""
        Participant.objects.find_message(self.me, message_id)  # whose it is not, need not hear what is wrong with it
        content = parsed(EditSerializer(data=request.data))["content"]
        message = actions.edit_message(user=self.me, message_id=message_id, content=content)
        return Response(messages_for(self.me, [message])[0])

    @extend_schema(operation_id="message_delete", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Delete it for everybody (the sender; in a group its moderators and admins). A tombstone stays."""
        actions.delete_message(user=self.me, message_id=message_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ForwardView(ChatView):
    """A message in other conversations."""

    throttle_scope = "sends"
    error_statuses = (403, 409)

    @extend_schema(
        operation_id="message_forward",
        request=ForwardSerializer,
        responses={200: ForwardSchema, 201: ForwardSchema},
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Into all of the conversations or none: 201; the same `client_id` again: 200 with the first messages."""
        wanted = parsed(ForwardSerializer(data=request.data))
        messages, created = actions.forward_message(user=self.me, message_id=message_id, **wanted)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response({"results": messages_for(self.me, messages)}, status=code)
