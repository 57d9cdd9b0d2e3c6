"""The one JSON shape of an export, and what a request for one may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from chat.models import ExportFormat, ExportState

if TYPE_CHECKING:
    from chat.models import Export


def export_json(export: Export) -> dict[str, Any]:
    """An export as its person gets it."""
    done = export.state == ExportState.DONE
    return {
        "id": export.pk,
        "conversation_id": export.conversation_id,
        "format": export.format,
        "state": export.state,
        "reason": export.reason or None,
        "size": export.size,
        "created_at": export.created_at,
        "expires_at": export.expires_at,
        "url": f"/api/exports/{export.pk}/file" if done else None,
    }


class ExportSerializer(serializers.Serializer[Any]):
    """What kind of file."""

    format = serializers.ChoiceField(ExportFormat.choices)
