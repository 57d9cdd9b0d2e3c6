"""The one JSON shape of reactions, for REST answers and for events; and what requests may say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.serializers import Text
from chat.models import by_kind, one_emoji

if TYPE_CHECKING:
    from chat.models import Message


def reactions_json(message: Message) -> list[dict[str, Any]]:
    """Who put which emoji to a message, in order of first use; load it `with_everything`."""
    return [
        {"emoji": kind[0].emoji, "count": len(kind), "user_ids": [reaction.user_id for reaction in kind]}
        for kind in by_kind(message.all_reactions)
    ]


class ReactionSerializer(serializers.Serializer[Any]):
    """An emoji to put to a message."""

    emoji = Text(max_length=64, help_text="Exactly one emoji; all spellings of it are the same reaction.")

    def validate_emoji(self, text: str) -> str:
        """One emoji, spelt in full."""
        try:
            return one_emoji(text)
        except ValueError:
            raise serializers.ValidationError(_("A reaction is exactly one emoji."), code="not_an_emoji") from None
