"""Keeping what people have begun to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from chat.actions.errors import NotHere
from chat.models import Draft, Participant
from chat.serializers import kept_draft_json
from realtime import topics
from realtime.log import append, rewrite

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def save_draft(
    *, user: User, conversation_id: UUID, content: str, reply_to: UUID | None = None, based_on: int | None = None
) -> Draft:
    """Keep what the person has written so far, or with white space alone nothing of it. The last write wins.

    Args:
        reply_to: the message of the conversation that it answers.
        based_on: the version that was edited. What is stored is kept as the draft's conflict where it is another one.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotHere: they see no such message to answer in it.
    """
    with transaction.atomic():
        own = Participant.objects.select_related("draft").find_locked(user, conversation_id)
        if reply_to is not None and not own.history().filter(pk=reply_to).exists():
            raise NotHere("reply_to")
        draft = own.kept_draft or Draft(participant=own)
        before = _written(draft)
        content, reply_to = (content, reply_to) if content.strip() else ("", None)
        if based_on == draft.version:
            draft.conflict_content, draft.conflict_updated_at = "", None
        elif based_on is not None and draft.content not in {"", content}:
            draft.conflict_content, draft.conflict_updated_at = draft.content, draft.updated_at
        draft.content, draft.reply_to_id = content, reply_to
        if _written(draft) != before:
            _save(draft)
        elif draft.version == 0:
            draft.updated_at = timezone.now()  # nothing on top of nothing: only the answer needs it
    return draft


def clear_sent(participant: Participant, content: str) -> None:
    """Inside the transaction that sends it: what was sent is no draft any more. `participant` is loaded with it."""
    draft = participant.kept_draft
    if draft is not None and draft.content and draft.content.strip() == content.strip():
        draft.content, draft.reply_to_id = "", None
        _save(draft)


def _written(draft: Draft) -> tuple[Any, ...]:
    return draft.content, draft.reply_to_id, draft.conflict_content


def _save(draft: Draft) -> None:
    draft.version += 1
    draft.updated_at = timezone.now()
    draft.save()
    own = draft.participant
    append(
        topic=topics.user(own.user_id),
        type="me.updated",
        payload={"conversation_id": own.conversation_id, "draft": kept_draft_json(draft)},
        object_id=draft.pk,
        # Nobody but its writer has seen it, and what becomes of the message must not depend on the log.
        scrubs=[] if draft.content else rewrite(object_ids=[draft.pk], change=_without_draft),
    )


def _without_draft(_event_type: str, payload: dict[str, Any]) -> dict[str, Any]:
    if "me" in payload:
        return {**payload, "me": {**payload["me"], "draft": None}}
    return {**payload, "draft": None}
