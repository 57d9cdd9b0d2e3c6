"""What requests about presence may say, and the shapes of the answers for the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat.serializers import IdField
from presence.states import Status

MAX_PEOPLE = 200  # asked for at once

OWN_STATUSES = [(each.value, each.value) for each in (Status.ONLINE, Status.AWAY, Status.INVISIBLE)]


class HeartbeatSerializer(serializers.Serializer[Any]):
    """How one is on this device, and which conversation is open on it."""

    status = serializers.ChoiceField(OWN_STATUSES)
    conversation_id = IdField(required=False, allow_null=True, default=None)


class TypingSerializer(serializers.Serializer[Any]):
    """Where one types, or does no longer."""

    conversation_id = IdField()
    is_typing = serializers.BooleanField()


class PresenceQuery(serializers.Serializer[Any]):
    """Whose presence, by comma."""

    user_ids = serializers.CharField(required=False, default="", allow_blank=True, max_length=10_000)

    def validate_user_ids(self, text: str) -> list[str]:
        """The ids in the order asked, in their usual form."""
        ids = [each.strip() for each in text.split(",")] if text.strip() else []
        field = serializers.ListField(child=IdField(), max_length=MAX_PEOPLE)
        return [str(each) for each in field.run_validation(ids)]


class PresenceSchema(serializers.Serializer[Any]):
    """How present a person is."""

    user_id = serializers.UUIDField()
    status = serializers.ChoiceField(
        [(each.value, each.value) for each in Status], help_text="`invisible` is seen of oneself alone."
    )
    last_seen_at = serializers.DateTimeField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True, help_text="Where it is open, for those inside it.")


class PresenceListSchema(serializers.Serializer[Any]):
    """How present people are, in the order asked, and how many are here in all."""

    results = PresenceSchema(many=True)
    online_count = serializers.IntegerField()
