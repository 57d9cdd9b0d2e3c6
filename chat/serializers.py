"""The one JSON shape of each thing, for REST answers and for events; and what requests may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from accounts.serializers import Text, user_json
from chat.models import Conversation, History, Message, MessageType, NotificationLevel, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User
    from chat.models import Participant

MAX_CONTENT = 10_000  # characters
MAX_TITLE = 100
MAX_DESCRIPTION = 1000
MAX_PEOPLE = 1000  # in one request that makes a group
MAX_SEQ = 2**53  # the largest integer that JavaScript counts exactly to


# --- what goes out ----------------------------------------------------------------------------------------------------
def message_json(message: Message) -> dict[str, Any]:
    """A message as everybody gets it. `status`, which is for its sender alone, is added by `with_status`."""
    return {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "client_id": message.client_id,
        "type": message.type,
        "sender": user_json(message.sender) if message.sender is not None else None,
        "content": message.content,
        "mentions": [],
        "reply_to": None,
        "thread_root": None,
        "reply_count": 0,
        "attachments": [],
        "reactions": [],
        "pinned_at": None,
        "created_at": message.created_at,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
    }


def with_status(messages: Iterable[Message], participant: Participant) -> list[dict[str, Any]]:
    """Messages of one conversation as a participant gets them: their own with how far all the others are."""
    delivered, read = participant.others_have()
    shown = []
    for message in messages:
        shown.append(message_json(message))
        if message.sender_id == participant.user_id:
            seq = message.seq
            shown[-1]["status"] = "read" if seq <= read else "delivered" if seq <= delivered else "sent"
    return shown


def participant_json(participant: Participant) -> dict[str, Any]:
    """A person in a conversation, as all in it see them."""
    return {
        "user": user_json(participant.user),
        "role": participant.role,
        "joined_at": participant.joined_at,
        "read_seq": participant.read_seq,
        "delivered_seq": participant.delivered_seq,
    }


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """A conversation as all in it see it; load it `with_everything`. `me` is added by `conversations_for`."""
    last = conversation.last_message
    return {
        "id": conversation.pk,
        "kind": conversation.kind,
        "title": conversation.title,
        "description": conversation.description,
        "avatar_url": None,
        "history": conversation.history,
        "encrypted": False,
        "created_by": conversation.created_by_id,
        "created_at": conversation.created_at,
        "last_seq": conversation.last_seq,
        "last_message": message_json(last) if last is not None else None,
        "last_activity_at": conversation.last_activity_at,
        "participants": [participant_json(participant) for participant in conversation.first_participants],
        "participant_count": conversation.participant_count,
    }


def conversations_for(user: User, conversations: Iterable[Conversation]) -> list[dict[str, Any]]:
    """Conversations as one person gets them, with `me`; load them `with_everything`. Two queries, however many."""
    shown = list(conversations)
    ids = [conversation.pk for conversation in shown]
    mine = {own.conversation_id: own for own in user.participations.filter(conversation__in=ids)}
    unread = Message.objects.filter(conversation__in=ids).unread_counts(user)["conversations"]
    return [_for(mine[each.pk], conversation_json(each), unread.get(str(each.pk), 0)) for each in shown]


def _for(own: Participant, conversation: dict[str, Any], unread: int) -> dict[str, Any]:
    last = conversation["last_message"]
    if last is not None and last["seq"] < own.first_seq:  # said before their time, and not for them
        conversation["last_message"] = None
    return {**conversation, "me": me_json(own, unread)}


def me_json(own: Participant, unread: int) -> dict[str, Any]:
    """One's own side of a conversation."""
    return {
        "role": own.role,
        "title": own.title,
        "read_seq": own.marker_seq,
        "unread": unread,
        "mentions": 0,
        "notification_level": own.notification_level,
        "muted_until": own.muted_until,
        "pinned": own.pinned,
        "archived": own.archived,
        "draft": None,
    }


def stream_init(user_id: UUID) -> dict[str, Any]:
    """What a stream's `init` says of chat: how far each of the person's conversations has come."""
    return {"conversations": list(Conversation.objects.of(user_id).values("id", "last_seq"))}


# --- what comes in ----------------------------------------------------------------------------------------------------
class IdField(serializers.UUIDField):
    """An id as text and nothing else: DRF's own field makes one of any number."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class DirectSerializer(serializers.Serializer[Any]):
    """Whom to talk with."""

    user_id = IdField()


class GroupSerializer(serializers.Serializer[Any]):
    """What a new group is called, and who is in it besides oneself."""

    title = Text(max_length=MAX_TITLE)
    participant_ids = serializers.ListField(child=IdField(), allow_empty=False, max_length=MAX_PEOPLE)
    description = Text(max_length=MAX_DESCRIPTION, required=False, allow_blank=True, default="")
    history = serializers.ChoiceField(History.choices, required=False, default=History.SHARED)


class ChangeSerializer(serializers.Serializer[Any]):
    """What to change of a group; what is left out stays."""

    title = Text(max_length=MAX_TITLE, required=False)
    description = Text(max_length=MAX_DESCRIPTION, required=False, allow_blank=True)
    history = serializers.ChoiceField(History.choices, required=False)


class OwnTitleSerializer(ChangeSerializer):
    """The same of a direct conversation, whose title is one's own, and may be empty."""

    title = Text(max_length=MAX_TITLE, required=False, allow_blank=True)


class OwnSerializer(serializers.Serializer[Any]):
    """What to change of one's own side of a conversation; what is left out stays."""

    notification_level = serializers.ChoiceField(NotificationLevel.choices, required=False)
    muted_until = serializers.DateTimeField(required=False, allow_null=True)
    pinned = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)


class PeopleSerializer(serializers.Serializer[Any]):
    """Whom to add."""

    user_ids = serializers.ListField(child=IdField(), allow_empty=False, max_length=MAX_PEOPLE)


class RoleSerializer(serializers.Serializer[Any]):
    """Which role; who takes over, where the last admin steps down."""

    role = serializers.ChoiceField(Role.choices)
    successor_id = IdField(required=False)


class LeaveSerializer(serializers.Serializer[Any]):
    """Who takes over, where the last admin leaves."""

    successor_id = IdField(required=False)


class SendSerializer(serializers.Serializer[Any]):
    """A message to send. `client_id` is the client's own name for it: sending twice gives one message."""

    conversation_id = IdField()
    client_id = Text(max_length=64, trim_whitespace=False)
    content = Text(max_length=MAX_CONTENT, trim_whitespace=False, help_text="Markdown as typed; kept exactly.")
    type = serializers.ChoiceField([(MessageType.TEXT.value, "Text")], required=False, default=MessageType.TEXT)

    def validate_content(self, content: str) -> str:
        """More than white space."""
        if not content.strip():
            raise serializers.ValidationError("A message needs some text.", code="blank")
        return content

    def validate_client_id(self, client_id: str) -> str:
        """More than white space."""
        if not client_id.strip():
            raise serializers.ValidationError("A client_id must not be blank.", code="blank")
        return client_id


class ReadMarkerSerializer(serializers.Serializer[Any]):
    """Up to which message one has read, or from which on one wants to see unread."""

    seq = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, required=False)
    unread_from = serializers.IntegerField(min_value=1, max_value=MAX_SEQ, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either seq or unread_from.", code="required")
        return attrs
