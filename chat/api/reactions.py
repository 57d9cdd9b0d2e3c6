"""Reactions: /api/messages/{id}/reactions…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from chat import actions
from chat.api.base import ChatView, parsed
from chat.models import Participant
from chat.schemas import MessageSchema
from chat.serializers import ReactionSerializer, with_status

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ReactionsView(ChatView):
    """The reactions to a message."""

    error_statuses = (403, 409)

    @extend_schema(
        operation_id="reaction_add", request=ReactionSerializer, responses={200: MessageSchema, 201: MessageSchema}
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Put one emoji to a message: 201; again: 200. Answers with the message."""
        emoji = parsed(ReactionSerializer(data=request.data))["emoji"]
        message, created = actions.add_reaction(user=self.me, message_id=message_id, emoji=emoji)
        participant = Participant.objects.find(self.me, message.conversation_id)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(with_status([message], participant)[0], status=code)


class ReactionView(ChatView):
    """One's own reaction to a message."""

    error_statuses = (400,)

    @extend_schema(operation_id="reaction_remove", responses={204: None})
    def delete(self, request: Request, message_id: UUID, emoji: str) -> Response:
        """Take one's own back. The emoji is percent-encoded UTF-8."""
        wanted = parsed(ReactionSerializer(data={"emoji": emoji}))["emoji"]
        actions.remove_reaction(user=self.me, message_id=message_id, emoji=wanted)
        return Response(status=status.HTTP_204_NO_CONTENT)
