"""The one JSON shape of a draft, for REST answers and for events; and what requests may say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from accounts.serializers import Text
from chat.serializers.requests import MAX_CONTENT, IdField

if TYPE_CHECKING:
    from chat.models import Draft

MAX_VERSION = 2**31 - 1


def draft_json(draft: Draft) -> dict[str, Any]:
    """A draft as its writer's devices get it; `conflict` is what another device wrote and this did not know of."""
    conflict = {"content": draft.conflict_content, "updated_at": draft.conflict_updated_at}
    return {
        "content": draft.content,
        "reply_to": draft.reply_to_id,
        "updated_at": draft.updated_at,
        "version": draft.version,
        "conflict": conflict if draft.conflict_content else None,
    }


def kept_draft_json(draft: Draft | None) -> dict[str, Any] | None:
    """The same, None where nothing of it is left."""
    return draft_json(draft) if draft is not None and (draft.content or draft.conflict_content) else None


class DraftSerializer(serializers.Serializer[Any]):
    """What one has written so far."""

    content = Text(
        max_length=MAX_CONTENT, allow_blank=True, trim_whitespace=False, help_text="White space alone: no draft."
    )
    reply_to = IdField(required=False, allow_null=True, default=None)
    based_on = serializers.IntegerField(
        min_value=0,
        max_value=MAX_VERSION,
        required=False,
        allow_null=True,
        default=None,
        help_text="The `version` that was edited, 0 for none. Another device's version that it was not is kept in "
        "`conflict` until something is written based on the current one.",
    )
