"""The shapes of notifications' JSON for the OpenAPI schema; `notifications.serializers` makes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from notifications.deciding import Step
from notifications.models import CHANNELS, Digest, Type
from notifications.reading import MAILED
from notifications.serializers import source_of


class NotificationSchema(serializers.Serializer[Any]):
    """Something that happened, once or `count` times."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(Type.choices)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True, help_text="Plain text; empty where there is nothing left to show.")
    data = serializers.DictField(  # type: ignore[assignment] # a field of this name
        help_text="conversation_id, message_id and seq to go to; sender_id, sender_name, avatar_url to show."
    )
    count = serializers.IntegerField()
    is_read = serializers.BooleanField()
    is_delivered = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class UnreadCountSchema(serializers.Serializer[Any]):
    """How many are not read."""

    unread_count = serializers.IntegerField(help_text="At most 10,000.")


class NotificationListSchema(serializers.Serializer[Any]):
    """A page of notifications, what happened last first."""

    results = NotificationSchema(many=True)
    count = serializers.IntegerField(help_text="On all pages; at most 10,000.")
    page = serializers.IntegerField()
    pages = serializers.IntegerField(help_text="At least 1.")
    unread_count = serializers.IntegerField(help_text="At most 10,000.")
    cursor = serializers.CharField(help_text="To live-update from.")


class ChannelsSchema(serializers.Serializer[Any]):
    """By which channels."""

    def get_fields(self) -> dict[str, Any]:
        """One for each channel."""
        return {channel: serializers.BooleanField() for channel in CHANNELS}


class LevelsSchema(serializers.Serializer[Any]):
    """By which channels a person is told of what."""

    def get_fields(self) -> dict[str, Any]:
        """One for each type."""
        return {type: ChannelsSchema(source=source_of(type)) for type in Type.values}


class QuietHoursSchema(serializers.Serializer[Any]):
    """When nothing interrupts."""

    enabled = serializers.BooleanField()
    start = serializers.CharField(help_text="22:00")
    end = serializers.CharField(help_text="07:00")
    time_zone = serializers.CharField()


class NotificationPreferencesSchema(serializers.Serializer[Any]):
    """How somebody wants to be told."""

    levels = LevelsSchema()
    quiet_hours = QuietHoursSchema()
    snooze_until = serializers.DateTimeField(allow_null=True)
    keywords = serializers.ListField(child=serializers.CharField())
    email_digest = serializers.ChoiceField(Digest.choices)
    email_digest_hour = serializers.IntegerField()
    push_content = serializers.BooleanField()
    receipts = serializers.BooleanField()
    typing = serializers.BooleanField()


class PushKeySchema(serializers.Serializer[Any]):
    """The key that browsers subscribe with."""

    public_key = serializers.CharField(help_text="`applicationServerKey`, in base64url.")


class PushSubscriptionSchema(serializers.Serializer[Any]):
    """A browser that is told by push."""

    id = serializers.UUIDField()
    endpoint = serializers.CharField()
    created_at = serializers.DateTimeField()


class StepSchema(serializers.Serializer[Any]):
    """A question on the way to a decision."""

    step = serializers.ChoiceField([(step.value, step.value) for step in Step])
    passed = serializers.BooleanField()
    detail = serializers.CharField()


class WhyMailSchema(serializers.Serializer[Any]):
    """Whether a mail told of it."""

    outcome = serializers.ChoiceField(list(MAILED))
    detail = serializers.CharField()


class WhySchema(serializers.Serializer[Any]):
    """Why somebody was told of a message, or was not."""

    message_id = serializers.UUIDField()
    decided_at = serializers.DateTimeField(allow_null=True, help_text="null: worked out now, from how things are now.")
    notified = serializers.BooleanField()
    type = serializers.ChoiceField(Type.choices)
    hush = serializers.CharField(allow_null=True, help_text="snoozed or quiet_hours: nothing interrupted.")
    channels = ChannelsSchema()
    steps = StepSchema(many=True)
    mail = WhyMailSchema()
