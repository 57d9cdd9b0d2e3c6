"""Pins and stars: what is kept of a conversation, for everybody or for oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from chat import actions
from chat.api.base import ChatView, PageQuery, parsed
from chat.keyset import page_by
from chat.models import Message, Participant, Star
from chat.schemas import MessageListSchema, MessageSchema
from chat.serializers import messages_for, with_status

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class PinView(ChatView):
    """The pin of a message."""

    error_statuses = (403, 409)

    @extend_schema(operation_id="message_pin", request=None, responses=MessageSchema)
    def put(self, request: Request, message_id: UUID) -> Response:
        """Pin it for everybody (in groups: moderators and admins)."""
        message = actions.pin_message(user=self.me, message_id=message_id)
        participant = Participant.objects.find(self.me, message.conversation_id)
        return Response(with_status([message], participant)[0])

    @extend_schema(operation_id="message_unpin", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Take the pin away (in groups: moderators and admins)."""
        actions.unpin_message(user=self.me, message_id=message_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PinsView(ChatView):
    """What is pinned in a conversation."""

    @extend_schema(operation_id="conversation_pins", parameters=[PageQuery], responses=MessageListSchema)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Pinned last comes first."""
        query = parsed(PageQuery(data=request.query_params))
        participant = Participant.objects.find(self.me, conversation_id)
        pinned = participant.history().pinned().with_everything()
        page, following = page_by("pinned_at", pinned, after=query.get("cursor"), limit=query["limit"])
        return Response({"results": with_status(page, participant), "next": following})


class StarView(ChatView):
    """My star on a message."""

    error_statuses = (409,)

    @extend_schema(operation_id="message_star", request=None, responses={204: None})
    def put(self, request: Request, message_id: UUID) -> Response:
        """Keep it; nobody else knows."""
        actions.set_star(user=self.me, message_id=message_id, starred=True)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="message_unstar", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Keep it no longer."""
        actions.set_star(user=self.me, message_id=message_id, starred=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class StarredView(ChatView):
    """What I keep."""

    @extend_schema(operation_id="messages_starred", parameters=[PageQuery], responses=MessageListSchema)
    def get(self, request: Request) -> Response:
        """Of all conversations that I still take part in; starred last comes first."""
        query = parsed(PageQuery(data=request.query_params))
        stars = Star.objects.visible_to(self.me)
        page, following = page_by("created_at", stars, after=query.get("cursor"), limit=query["limit"])
        found = Message.objects.with_everything().in_bulk([star.message_id for star in page])
        kept = [found[star.message_id] for star in page if star.message_id in found]
        return Response({"results": messages_for(self.me, kept), "next": following})
