"""Who is in a group: /api/conversations/{id}/participants…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.serializers import SearchQuery
from chat import actions
from chat.api.base import ChatView, parsed, people
from chat.api.conversations import answer
from chat.models import Participant, Role, shares_reads
from chat.reading import people_page
from chat.schemas import ConversationSchema, ParticipantListSchema, ParticipantSchema
from chat.serializers import LeaveSerializer, PeopleSerializer, RoleSerializer, participant_json

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ParticipantsView(ChatView):
    """The people of a group."""

    error_statuses = (409,)

    @extend_schema(operation_id="participants_list", parameters=[SearchQuery], responses=ParticipantListSchema)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """All who take part, as they came; with `search`, those whose user name or display name contains it."""
        own = Participant.objects.find(self.me, conversation_id)
        return Response(people_page(own, **parsed(SearchQuery(data=request.query_params))))

    @extend_schema(operation_id="participants_add", request=PeopleSerializer, responses={201: ConversationSchema})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Add people (moderators and admins); who is in it already stays as they are."""
        wanted = people(parsed(PeopleSerializer(data=request.data))["user_ids"])
        actions.add_participants(user=self.me, conversation_id=conversation_id, people=wanted)
        return answer(conversation_id, self.me, created=True)


class ParticipantView(ChatView):
    """One person of a group."""

    error_statuses = (409,)

    @extend_schema(operation_id="participant_role", request=RoleSerializer, responses=ParticipantSchema)
    def patch(self, request: Request, conversation_id: UUID, user_id: UUID) -> Response:
        """Give a role (admins)."""
        wanted = parsed(RoleSerializer(data=request.data))
        participant = actions.set_role(
            user=self.me,
            conversation_id=conversation_id,
            target_id=user_id,
            role=Role(wanted["role"]),
            successor_id=wanted.get("successor_id"),
        )
        shown = participant_json(participant)
        return Response(shown if shares_reads(self.me) else {**shown, "read_seq": 0})

    @extend_schema(
        operation_id="participant_remove",
        parameters=[OpenApiParameter("successor_id", str, description="Who takes over, where the last admin leaves.")],
        responses={204: None},
    )
    def delete(self, request: Request, conversation_id: UUID, user_id: UUID) -> Response:
        """Remove somebody (moderators members, admins everybody), or leave."""
        if user_id == self.me.pk:
            wanted = parsed(LeaveSerializer(data=request.data or request.query_params))
            actions.leave(user=self.me, conversation_id=conversation_id, successor_id=wanted.get("successor_id"))
        else:
            actions.remove_participant(user=self.me, conversation_id=conversation_id, target_id=user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
