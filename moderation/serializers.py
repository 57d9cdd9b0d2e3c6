"""The JSON of a report, and what a request may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from accounts.serializers import Text
from moderation.models import Level, Reason, State

if TYPE_CHECKING:
    from moderation.models import Broadcast, Report


def report_json(report: Report) -> dict[str, Any]:
    """A report as its reporter sees it."""
    return {
        "id": report.pk,
        "message_id": report.message_id,
        "user_id": report.user_id,
        "conversation_id": report.conversation_id,
        "reason": report.reason,
        "note": report.note,
        "state": report.state,
        "created_at": report.created_at,
    }


def broadcast_json(broadcast: Broadcast) -> dict[str, Any]:
    """A broadcast as everybody gets it."""
    return {
        "id": broadcast.pk,
        "title": broadcast.title,
        "content": broadcast.content,
        "level": broadcast.level,
        "conversation_id": broadcast.conversation_id,
        "sent_at": broadcast.sent_at,
    }


class ReportSerializer(serializers.Serializer[Any]):
    """What is wrong with it."""

    reason = serializers.ChoiceField(Reason.choices)
    note = Text(max_length=1000, required=False, allow_blank=True, default="", help_text="For staff alone.")


class ReportSchema(serializers.Serializer[Any]):
    """A report as its reporter sees it."""

    id = serializers.UUIDField()
    message_id = serializers.UUIDField(allow_null=True)
    user_id = serializers.UUIDField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True)
    reason = serializers.ChoiceField(Reason.choices)
    note = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(State.choices)
    created_at = serializers.DateTimeField()


class BroadcastSchema(serializers.Serializer[Any]):
    """What staff told everybody, or everybody in a group."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    content = serializers.CharField(allow_blank=True)
    level = serializers.ChoiceField(Level.choices)
    conversation_id = serializers.UUIDField(allow_null=True, help_text="Of the group; null: to everybody.")
    sent_at = serializers.DateTimeField()


class BroadcastListSchema(serializers.Serializer[Any]):
    """What was sent in the last week, the last first."""

    results = BroadcastSchema(many=True)
