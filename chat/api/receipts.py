"""How far messages have come: /api/messages/{id}/status, /api/conversations/mark-read"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import User
from chat import actions
from chat.api.base import ChatView, parsed
from chat.models import Message, Participant, ReceiptStatus
from chat.schemas import MessageStatusSchema, OwnStatusSchema, UnreadCountsSchema
from chat.serializers import IdField
from chat.statuses import PAGE, message_statuses, own_status

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class OwnStatusSerializer(serializers.Serializer[Any]):
    """How far a message has come to oneself."""

    status = serializers.ChoiceField(ReceiptStatus.choices)


class StatusQuery(serializers.Serializer[Any]):
    """A page of the recipients."""

    cursor = serializers.CharField(required=False, max_length=200)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=PAGE)


class MarkReadSerializer(serializers.Serializer[Any]):
    """Whose messages are read; without it everybody's."""

    sender_id = IdField(required=False)


class MessageStatusView(ChatView):
    """One message, and how far it has come."""

    @extend_schema(operation_id="message_status", parameters=[StatusQuery], responses=MessageStatusSchema)
    def get(self, request: Request, message_id: UUID) -> Response:
        """To how many it was delivered, how many have read it, who, and when."""
        _participant, message = Participant.objects.find_message(self.me, message_id)
        query = parsed(StatusQuery(data=request.query_params))
        return Response(message_statuses(self.me, message, after=query.get("cursor"), limit=query["limit"]))

    @extend_schema(operation_id="message_set_status", request=OwnStatusSerializer, responses=OwnStatusSchema)
    def post(self, request: Request, message_id: UUID) -> Response:
        """Say that it, and everything before it, was delivered to oneself, or read."""
        _participant, message = Participant.objects.find_message(self.me, message_id)
        status = parsed(OwnStatusSerializer(data=request.data))["status"]
        mark = actions.mark_read if status == ReceiptStatus.READ else actions.mark_delivered
        participant = mark(user=self.me, conversation_id=message.conversation_id, seq=message.seq)
        return Response(
            {
                "status": own_status(participant, message),
                "delivered_seq": participant.delivered_seq,
                "read_seq": participant.marker_seq,
                "unread": participant.unread(),
            }
        )


class MarkReadView(ChatView):
    """Much at once."""

    @extend_schema(
        operation_id="conversations_mark_read", request=MarkReadSerializer, responses={200: UnreadCountsSchema}
    )
    def post(self, request: Request) -> Response:
        """Everything is read, or everything that one person sent; what is unread then."""
        wanted = parsed(MarkReadSerializer(data=request.data))
        if "sender_id" in wanted:
            actions.mark_sender_read(user=self.me, sender=User.objects.get(pk=wanted["sender_id"]))
        else:
            actions.mark_all_read(user=self.me)
        return Response(Message.objects.unread_counts(self.me))
