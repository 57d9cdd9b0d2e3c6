"""What a file to import may say: docs/export.md describes it. Keys that are not known are passed over."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import names
from accounts.serializers import Line, Text
from chat.exporting.as_json import FORMAT, VERSION
from chat.models import History, Kind, MessageType, Role, one_emoji
from chat.serializers.requests import MAX_DESCRIPTION, MAX_SEQ, MAX_TITLE, IdField

MAX_CONTENT = 100_000  # characters: other programs let people write more than we do


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody who takes part, or did."""

    id = IdField()
    username = Text(max_length=names.NAME_CHARACTERS, validators=[names.validate_username])
    display_name = Line(max_length=names.NAME_CHARACTERS, validators=[names.validate_display_name])
    is_bot = serializers.BooleanField(required=False, default=False)


class ParticipantSerializer(serializers.Serializer[Any]):
    """Somebody who takes part."""

    user = PersonSerializer()
    role = serializers.ChoiceField(Role.choices)
    joined_at = serializers.DateTimeField()


class ReactionsSerializer(serializers.Serializer[Any]):
    """Who put an emoji to a message."""

    emoji = Text(max_length=64)
    user_ids = serializers.ListField(child=IdField())

    def validate_emoji(self, text: str) -> str:
        """One emoji, spelt in full."""
        try:
            return one_emoji(text)
        except ValueError:
            raise serializers.ValidationError("A reaction is exactly one emoji.", code="not_an_emoji") from None


class FileSerializer(serializers.Serializer[Any]):
    """What a file was called, and where it is, if it is in the same zip."""

    name = Text(max_length=255)
    path = Text(max_length=1000, required=False, default="", allow_blank=True)


class NamedSerializer(serializers.Serializer[Any]):
    """Somebody, as they were called then."""

    id = IdField()
    display_name = Line(max_length=names.NAME_CHARACTERS, allow_null=True)


class SystemParamsSerializer(serializers.Serializer[Any]):
    """Who and what."""

    by = NamedSerializer(allow_null=True)
    people = NamedSerializer(many=True, required=False)
    person = NamedSerializer(required=False)
    role = serializers.ChoiceField(Role.choices, required=False)
    title = Line(max_length=MAX_TITLE, required=False)


class SystemSerializer(serializers.Serializer[Any]):
    """What somebody changed."""

    kind = Text(max_length=50)
    params = SystemParamsSerializer()


class MessageSerializer(serializers.Serializer[Any]):
    """What was said."""

    id = IdField()
    seq = serializers.IntegerField(min_value=1, max_value=MAX_SEQ)
    type = serializers.ChoiceField(MessageType.choices)
    sender = PersonSerializer(allow_null=True)
    content = Text(max_length=MAX_CONTENT, allow_blank=True, trim_whitespace=False)
    system = SystemSerializer(required=False, allow_null=True, default=None)
    mentions = serializers.ListField(child=IdField(), required=False, default=list)
    mentions_all = serializers.BooleanField(required=False, default=False)
    forwarded = serializers.BooleanField(required=False, default=False)
    reply_to = IdField(required=False, allow_null=True, default=None)
    thread_root = IdField(required=False, allow_null=True, default=None)
    attachments = FileSerializer(many=True, required=False, default=list)
    reactions = ReactionsSerializer(many=True, required=False, default=list)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    deleted_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    pinned_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ConversationSerializer(serializers.Serializer[Any]):
    """The conversation itself."""

    id = IdField()
    kind = serializers.ChoiceField(Kind.choices)
    title = Line(max_length=MAX_TITLE, allow_blank=True)
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False, default="")
    history = serializers.ChoiceField(History.choices)
    created_at = serializers.DateTimeField()
    created_by = IdField(required=False, allow_null=True, default=None)


class HeadSerializer(serializers.Serializer[Any]):
    """A file that `brook.conversation` describes, but for its messages."""

    format = serializers.ChoiceField([FORMAT])
    version = serializers.ChoiceField([VERSION])
    conversation = ConversationSerializer()
    participants = ParticipantSerializer(many=True, allow_empty=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A direct conversation is of two people, a group has a title."""
        people = {each["user"]["id"] for each in attrs["participants"]}
        if len(people) < len(attrs["participants"]):
            raise serializers.ValidationError({"participants": "Somebody is there twice."}, code="duplicate")
        if attrs["conversation"]["kind"] == Kind.DIRECT and len(people) != 2:
            raise serializers.ValidationError({"participants": "A direct conversation is of exactly two people."})
        if attrs["conversation"]["kind"] == Kind.GROUP and not attrs["conversation"]["title"]:
            raise serializers.ValidationError({"conversation": "A group needs a title."})
        return attrs
