"""The one JSON shape of a person and of a session, and what requests may say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from rest_framework import serializers

from accounts import names
from accounts.models import Session, User

if TYPE_CHECKING:
    from uuid import UUID

PASSWORD_CHARACTERS = 1024
PAGE = 50
MAX_PAGE = 200


# --- what goes out ----------------------------------------------------------------------------------------------------
class UserJSON(TypedDict):
    """A person as others see them."""

    id: str
    username: str
    display_name: str
    avatar_url: str | None
    status_text: str
    status_emoji: str
    is_bot: bool
    last_seen_at: datetime | None


def user_json(user: User) -> UserJSON:
    """A person as others see them."""
    status_text, status_emoji = user.status()
    return {
        "id": str(user.pk),
        "username": user.username,
        "display_name": user.display_name,
        "avatar_url": None,
        "status_text": status_text,
        "status_emoji": status_emoji,
        "is_bot": user.is_bot,
        "last_seen_at": user.last_seen_at,
    }


class UserSerializer(serializers.Serializer[User]):
    """A person as others see them."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    status_text = serializers.CharField(allow_blank=True)
    status_emoji = serializers.CharField(allow_blank=True)
    is_bot = serializers.BooleanField()
    last_seen_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: User) -> dict[str, Any]:
        """The shape that `user_json` makes."""
        return {**user_json(instance)}
