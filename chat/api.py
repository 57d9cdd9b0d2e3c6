"""REST of chat: parse, find the caller's place in the conversation (404 for outsiders), call one action, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from chat import actions, reading
from chat.models import Conversation, Message, Participant
from chat.serializers import (
    MAX_SEQ,
    ConversationListSchema,
    ConversationSchema,
    DirectSerializer,
    GroupSerializer,
    HistorySchema,
    MessageSchema,
    ReadMarkerSchema,
    ReadMarkerSerializer,
    SendSerializer,
    UnreadCountsSchema,
    conversations_for,
    message_json,
    with_status,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from rest_framework.request import Request


class Conflict(APIException):
    """The request is well formed, but does not fit what is there."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class ChatView(APIView):
    """What is not there and what is none of the caller's business look the same: 404."""

    @property
    def me(self) -> User:
        """Whose credentials came with the request."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - IsAuthenticated
        return user

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Participant.DoesNotExist | Message.DoesNotExist | User.DoesNotExist):
            exc = NotFound()
        return super().handle_exception(exc)


class PageQuery(serializers.Serializer[Any]):
    """A page of a list."""

    cursor = serializers.CharField(required=False, max_length=200)
    limit = serializers.IntegerField(required=False, default=reading.PAGE, min_value=1, max_value=reading.MAX_PAGE)


class HistoryQuery(serializers.Serializer[Any]):
    """Which part of a history; at most one of the three places."""

    before = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEQ)
    after = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEQ)
    around = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEQ)
    limit = serializers.IntegerField(required=False, default=reading.PAGE, min_value=1, max_value=reading.MAX_PAGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One place at most."""
        if len({"before", "after", "around"} & set(attrs)) > 1:
            raise ValidationError("Give one of before, after and around.")
        return attrs


def parsed(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """What a valid request says; raises ValidationError (400) for any other."""
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def people(ids: Collection[UUID]) -> list[User]:
    """The people of these ids, all of them.

    Raises:
        User.DoesNotExist: one of them does not exist (any more).
    """
    found = list(User.objects.filter(pk__in=ids, is_active=True))
    if len(found) != len(set(ids)):
        raise User.DoesNotExist
    return found


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
            raise ValidationError({"user_id": "You cannot talk with yourself alone."})
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
            raise ValidationError({"participant_ids": "A group needs at least one other person."})
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
    found = Conversation.objects.with_everything().filter(pk=conversation_id)
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

    @extend_schema(operation_id="conversation_get", responses=ConversationSchema)
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


class MessagesView(ChatView):
    """Sending."""

    @extend_schema(
        operation_id="message_send", request=SendSerializer, responses={200: MessageSchema, 201: MessageSchema}
    )
    def post(self, request: Request) -> Response:
        """201; the same `client_id` again: 200 with the first message."""
        wanted = parsed(SendSerializer(data=request.data))
        try:
            message, created = actions.send_message(
                sender=self.me,
                conversation_id=wanted["conversation_id"],
                client_id=wanted["client_id"],
                content=wanted["content"],
            )
        except actions.ClientIdTaken:
            raise Conflict("This client_id belongs to a message in another conversation.") from None
        if created:
            return Response({**message_json(message), "status": "sent"}, status=status.HTTP_201_CREATED)
        participant = Participant.objects.find(self.me, message.conversation_id)
        return Response(with_status([message], participant)[0])


class MessageView(ChatView):
    """One message."""

    @extend_schema(operation_id="message_get", responses=MessageSchema)
    def get(self, request: Request, message_id: UUID) -> Response:
        """A message of a conversation I take part in."""
        conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
        participant = Participant.objects.find(self.me, conversation_id)
        message = participant.history().select_related("sender").get(pk=message_id)
        return Response(with_status([message], participant)[0])
