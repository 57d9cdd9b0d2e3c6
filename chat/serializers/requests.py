"""What requests may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.serializers import Text
from chat.models import History, MessageType, NotificationLevel, Role
from chat.serializers.attachments import MAX_ATTACHMENTS

if TYPE_CHECKING:
    from uuid import UUID

MAX_CONTENT = 10_000  # characters
MAX_TITLE = 100
MAX_DESCRIPTION = 1000
MAX_PEOPLE = 1000  # in one request that makes a group
MAX_TARGETS = 20  # conversations, of one forward
MAX_SEQ = 2**53  # the largest integer that JavaScript counts exactly to

SENT_TYPES = [choice for choice in MessageType.choices if choice[0] != MessageType.SYSTEM]


class IdField(serializers.UUIDField):
    """An id as text and nothing else: DRF's own field makes one of any number."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class AttachmentIdsField(serializers.ListField):
    """Files to send, each once, in this order."""

    child = IdField()

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=MAX_ATTACHMENTS, **more)

    def to_internal_value(self, data: Any) -> list[UUID]:
        """Each once."""
        ids: list[UUID] = super().to_internal_value(data)
        if len(set(ids)) != len(ids):
            raise serializers.ValidationError(_("An attachment is named twice."), code="duplicate")
        return ids


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


class EditSerializer(serializers.Serializer[Any]):
    """What a message shall say instead."""

    content = Text(
        max_length=MAX_CONTENT,
        trim_whitespace=False,
        allow_blank=True,
        help_text="Markdown as typed; kept exactly. May be blank where there are attachments.",
    )


class ClientIdSerializer(serializers.Serializer[Any]):
    """A request that is done once, however often it is sent: `client_id` is the client's own name for it."""

    client_id = Text(max_length=64, trim_whitespace=False)

    def validate_client_id(self, client_id: str) -> str:
        """More than white space."""
        if not client_id.strip():
            raise serializers.ValidationError(_("A client_id must not be blank."), code="blank")
        return client_id


class SendSerializer(ClientIdSerializer):
    """A message to send. Sending twice with the same `client_id` gives one message."""

    conversation_id = IdField()
    content = Text(
        max_length=MAX_CONTENT,
        trim_whitespace=False,
        required=False,
        allow_blank=True,
        default=None,
        help_text="Markdown as typed; kept exactly. May be left out where there are attachments.",
    )
    type = serializers.ChoiceField(
        SENT_TYPES, required=False, default=None, help_text="Follows from the attachments, if left out."
    )
    reply_to = IdField(required=False, allow_null=True, default=None, help_text="Which message this one answers.")
    thread_root = IdField(
        required=False, allow_null=True, default=None, help_text="Which message's thread this one goes on with."
    )
    attachment_ids = AttachmentIdsField(required=False, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """More than white space, or something attached."""
        content = attrs["content"] or ""
        if not attrs["attachment_ids"] and not content.strip():
            code = "required" if attrs["content"] is None else "blank"
            raise serializers.ValidationError({"content": _("A message needs some text or an attachment.")}, code=code)
        return {**attrs, "content": content}


class ForwardSerializer(ClientIdSerializer):
    """Where to say a message again. Forwarding twice with the same `client_id` gives the first messages."""

    conversation_ids = serializers.ListField(child=IdField(), allow_empty=False, max_length=MAX_TARGETS)
    client_id = Text(max_length=64, trim_whitespace=False, required=False)


class ReadMarkerSerializer(serializers.Serializer[Any]):
    """Up to which message one has read, or from which on one wants to see unread."""

    seq = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, required=False)
    unread_from = serializers.IntegerField(min_value=1, max_value=MAX_SEQ, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give either seq or unread_from."), code="required")
        return attrs
