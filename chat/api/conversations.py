"""Conversations: /api/conversations…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from chat import actions, reading
from chat.api.base import ChatView, HistoryQuery, PageQuery, parsed, people
from chat.models import Conversation, Kind, Message, Participant
from chat.schemas import (
    ConversationListSchema,
    ConversationSchema,
    ConversationSnapshotSchema,
    HistorySchema,
    MeSchema,
    ReadMarkerSchema,
    UnreadCountsSchema,
)
from chat.serializers import (
    ChangeSerializer,
    DirectSerializer,
    GroupSerializer,
    OwnSerializer,
    OwnTitleSerializer,
    ReadMarkerSerializer,
    conversations_for,
    me_json,
)

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

    from accounts.models import User


class DirectView(ChatView):
    """The direct conversation with somebody."""

    @extend_schema(
        operation_id="conversation_direct",
        request=DirectSerializer,
        responses={200: ConversationSchema, 201: ConversationSchema},
    )
    def post(self, request: Request) -> Response:
        """Get or create: 201 when it is new, 200 when it was there."""
        (partner,) = people([parsed(DirectSerializer(data=request.data))["user_id"]])
        if partner == self.me:
            raise ValidationError({"user_id": _("You cannot talk with yourself alone.")})
        conversation, created = actions.open_direct(user=self.me, partner=partner)
        return answer(conversation.pk, self.me, created=created)


class GroupView(ChatView):
    """Groups to be."""

    @extend_schema(operation_id="conversation_group", request=GroupSerializer, responses={201: ConversationSchema})
    def post(self, request: Request) -> Response:
        """Create a group; the caller becomes its admin."""
        wanted = parsed(GroupSerializer(data=request.data))
        others = people([user_id for user_id in wanted["participant_ids"] if user_id != self.me.pk])
        if not others:
            raise ValidationError({"participant_ids": _("A group needs at least one other person.")})
        group = actions.create_group(
            creator=self.me,
            title=wanted["title"],
            people=others,
            description=wanted["description"],
            history=wanted["history"],
        )
        return answer(group.pk, self.me, created=True)


def answer(conversation_id: UUID, user: User, *, created: bool) -> Response:
    """A conversation as the caller sees it: 201 or 200."""
    found = Conversation.objects.filter(pk=conversation_id)
    code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    return Response(conversations_for(user, found)[0], status=code)


class ConversationsView(ChatView):
    """My conversations."""

    @extend_schema(operation_id="conversation_list", parameters=[PageQuery], responses=ConversationListSchema)
    def get(self, request: Request) -> Response:
        """Newest activity first, with the cursor to live-update the list from."""
        query = parsed(PageQuery(data=request.query_params))
        return Response(reading.conversation_list(self.me, after=query.get("cursor"), limit=query["limit"]))


class ConversationView(ChatView):
    """One conversation of mine."""

    error_statuses = (409,)

    @extend_schema(operation_id="conversation_update", request=ChangeSerializer, responses=ConversationSchema)
    def patch(self, request: Request, conversation_id: UUID) -> Response:
        """Change a group (moderators and admins), or what a direct conversation is called for oneself."""
        kind = Participant.objects.find(self.me, conversation_id).conversation.kind
        serializer = ChangeSerializer if kind == Kind.GROUP else OwnTitleSerializer
        changes = parsed(serializer(data=request.data))
        actions.update_conversation(user=self.me, conversation_id=conversation_id, changes=changes)
        return answer(conversation_id, self.me, created=False)

    @extend_schema(operation_id="conversation_delete", responses={204: None})
    def delete(self, request: Request, conversation_id: UUID) -> Response:
        """Delete a group for everybody in it (admins)."""
        actions.delete_group(user=self.me, conversation_id=conversation_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="conversation_get", responses=ConversationSnapshotSchema)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """With its first people, its last message, and my own side of it."""
        participant = Participant.objects.find(self.me, conversation_id)
        participant.user = self.me
        return Response(reading.conversation(participant))


class HistoryView(ChatView):
    """What was said in a conversation."""

    @extend_schema(operation_id="conversation_messages", parameters=[HistoryQuery], responses=HistorySchema)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """The last messages, those before or after a seq, or those around one; ascending by seq."""
        participant = Participant.objects.find(self.me, conversation_id)
        return Response(reading.history(participant, **parsed(HistoryQuery(data=request.query_params))))


class OwnView(ChatView):
    """My own side of a conversation."""

    @extend_schema(operation_id="conversation_me", request=OwnSerializer, responses=MeSchema)
    def patch(self, request: Request, conversation_id: UUID) -> Response:
        """Level, mute, pin, archive."""
        changes = parsed(OwnSerializer(data=request.data))
        participant = actions.set_own(user=self.me, conversation_id=conversation_id, changes=changes)
        own = me_json(participant, unread=participant.unread(), mentions=participant.unread_mentions())
        return Response(own)


class ReadMarkerView(ChatView):
    """How far I have read."""

    @extend_schema(operation_id="conversation_read_marker", request=ReadMarkerSerializer, responses=ReadMarkerSchema)
    def put(self, request: Request, conversation_id: UUID) -> Response:
        """Forward with `seq`; back only with `unread_from`."""
        wanted = parsed(ReadMarkerSerializer(data=request.data))
        move = actions.mark_unread_from if "unread_from" in wanted else actions.mark_read
        participant = move(user=self.me, conversation_id=conversation_id, seq=next(iter(wanted.values())))
        return Response({"read_seq": participant.marker_seq, "unread": participant.unread()})


class UnreadCountsView(ChatView):
    """What I have not read."""

    @extend_schema(operation_id="unread_counts", responses=UnreadCountsSchema)
    def get(self, request: Request) -> Response:
        """In all, by conversation, by sender."""
        return Response(Message.objects.unread_counts(self.me))
