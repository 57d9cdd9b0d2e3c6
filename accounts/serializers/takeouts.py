"""The one JSON shape of a takeout."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Takeout


def takeout_json(takeout: Takeout) -> dict[str, Any]:
    """A takeout as its person gets it."""
    done = takeout.state == Takeout.State.DONE
    return {
        "id": takeout.pk,
        "state": takeout.state,
        "size": takeout.size,
        "created_at": takeout.created_at,
        "expires_at": takeout.expires_at,
        "url": "/api/users/me/export/file" if done else None,
    }


class TakeoutSchema(serializers.Serializer[Any]):
    """All that a person has here, as one file."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(Takeout.State.choices)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    url = serializers.CharField(allow_null=True)
