"""Pictures of groups: /api/conversations/{id}/avatar…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.api.pictures import PICTURE, avatar, refusals
from accounts.serializers import AvatarSerializer
from chat import actions
from chat.api.base import ChatView, parsed
from chat.api.conversations import answer
from chat.models import Participant
from chat.schemas import ConversationSchema

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase
    from rest_framework.request import Request


class GroupAvatarView(ChatView):
    """The picture of a group."""

    parser_classes = [MultiPartParser]
    throttle_scope = "uploads"
    error_statuses = (403, 409)

    @extend_schema(
        operation_id="conversation_avatar_set",
        request={"multipart/form-data": AvatarSerializer},
        responses=ConversationSchema,
    )
    def put(self, request: Request, conversation_id: UUID) -> Response:
        """The middle of a picture (moderators and admins)."""
        Participant.objects.find(self.me, conversation_id)  # before anything is decoded for an outsider
        picture = parsed(AvatarSerializer(data=request.data))["file"]
        with refusals("file"):
            actions.set_group_avatar(user=self.me, conversation_id=conversation_id, picture=picture)
        return answer(conversation_id, self.me, created=False)

    @extend_schema(operation_id="conversation_avatar_remove", request=None, responses={204: None})
    def delete(self, request: Request, conversation_id: UUID) -> Response:
        """Show none (moderators and admins)."""
        actions.set_group_avatar(user=self.me, conversation_id=conversation_id, picture=None)
        return Response(status=status.HTTP_204_NO_CONTENT)


class GroupAvatarVersionView(ChatView):
    """The picture of a group, as it was at one time."""

    @extend_schema(operation_id="conversation_avatar", responses=PICTURE)
    def get(self, request: Request, conversation_id: UUID, version: str) -> HttpResponseBase:
        """For those in it, as `avatar_url` says; another picture has another address."""
        participant = Participant.objects.find(self.me, conversation_id)
        return avatar(request, participant.conversation.avatar, version)
