"""The one JSON shape of an invite, and what requests may say of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

if TYPE_CHECKING:
    from chat.models import Invite

DEFAULT_LIFETIME = timedelta(days=7)
MAX_HOURS = 365 * 24
MAX_USES = 10_000


def invite_json(invite: Invite, url: str) -> dict[str, Any]:
    """An invite as moderators and admins see it; `url` is the page that it opens."""
    return {
        "code": invite.code,
        "url": url,
        "created_by": invite.created_by_id,
        "created_at": invite.created_at,
        "expires_at": invite.expires_at,
        "max_uses": invite.max_uses,
        "uses": invite.uses,
        "uses_left": None if invite.max_uses is None else max(invite.max_uses - invite.uses, 0),
    }


class InviteSerializer(serializers.Serializer[Any]):
    """How long and how often an invite lets people in: a week and any number of times, if left out."""

    expires_in_hours = serializers.IntegerField(min_value=1, max_value=MAX_HOURS, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="null: never")
    max_uses = serializers.IntegerField(
        min_value=1, max_value=MAX_USES, required=False, allow_null=True, default=None, help_text="null: any number"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One end at most, and one that is still to come."""
        now = timezone.now()
        if {"expires_in_hours", "expires_at"} <= set(attrs):
            raise serializers.ValidationError(_("Give either expires_in_hours or expires_at."))
        hours = attrs.pop("expires_in_hours", None)
        if hours is not None:
            attrs["expires_at"] = now + timedelta(hours=hours)
        expires_at = attrs.setdefault("expires_at", now + DEFAULT_LIFETIME)
        if expires_at is not None and not now < expires_at <= now + timedelta(hours=MAX_HOURS):
            raise serializers.ValidationError({"expires_at": _("Choose a time within a year from now.")})
        return attrs
