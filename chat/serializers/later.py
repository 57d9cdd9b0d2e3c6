"""The JSON of what is to happen later, scheduled messages and reminders; and what requests may say of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.serializers import Text
from chat.serializers.attachments import attachment_json
from chat.serializers.requests import MAX_CONTENT, SENT_TYPES, AttachmentIdsField, IdField, SendSerializer

if TYPE_CHECKING:
    from chat.models import Reminder, ScheduledMessage

FURTHEST = timedelta(days=366)


class AheadField(serializers.DateTimeField):
    """A time still to come, not further ahead than a year."""

    default_error_messages = {"not_ahead": _("Choose a time that is still to come, within a year.")}

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not timezone.now() < moment <= timezone.now() + FURTHEST:
            self.fail("not_ahead")
        return moment


def scheduled_json(scheduled: ScheduledMessage) -> dict[str, Any]:
    """A message to be, as its writer's devices get it."""
    return {
        "id": scheduled.pk,
        "conversation_id": scheduled.conversation_id,
        "client_id": scheduled.client_id,
        "type": scheduled.type or None,
        "content": scheduled.content,
        "reply_to": scheduled.reply_to_id,
        "thread_root": scheduled.thread_root_id,
        "attachments": [attachment_json(each) for each in scheduled.attachments.all()],
        "send_at": scheduled.send_at,
        "state": scheduled.state,
        "reason": scheduled.reason or None,
        "message_id": scheduled.message_id,
        "created_at": scheduled.created_at,
    }


def reminder_json(reminder: Reminder) -> dict[str, Any]:
    """A reminder, as its person's devices get it; its message must be loaded."""
    return {
        "message_id": reminder.message_id,
        "conversation_id": reminder.message.conversation_id,
        "remind_at": reminder.remind_at,
        "created_at": reminder.created_at,
    }


class ScheduleSerializer(SendSerializer):
    """A message to send later. Asking twice with the same `client_id` gives one."""

    send_at = AheadField()


class RescheduleSerializer(serializers.Serializer[Any]):
    """What to change of it; what is left out stays."""

    content = Text(max_length=MAX_CONTENT, trim_whitespace=False, allow_blank=True, required=False)
    type = serializers.ChoiceField(SENT_TYPES, required=False)
    send_at = AheadField(required=False)
    reply_to = IdField(required=False, allow_null=True)
    thread_root = IdField(required=False, allow_null=True)
    attachment_ids = AttachmentIdsField(required=False, help_text="All that it shall have; what is taken off is gone.")


class ReminderSerializer(serializers.Serializer[Any]):
    """When to be reminded."""

    remind_at = AheadField()
