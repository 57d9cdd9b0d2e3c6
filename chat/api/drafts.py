"""Drafts: /api/conversations/{id}/draft"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from chat import actions
from chat.api.base import ChatView, parsed
from chat.schemas import DraftSchema
from chat.serializers import DraftSerializer, draft_json

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class DraftView(ChatView):
    """What I have begun to write in a conversation."""

    @extend_schema(operation_id="conversation_draft", request=DraftSerializer, responses=DraftSchema)
    def put(self, request: Request, conversation_id: UUID) -> Response:
        """Keep it for my other devices; empty content deletes it. The last write wins."""
        wanted = parsed(DraftSerializer(data=request.data))
        draft = actions.save_draft(user=self.me, conversation_id=conversation_id, **wanted)
        return Response(draft_json(draft))
