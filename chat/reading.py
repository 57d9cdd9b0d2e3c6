"""What a person may read, as snapshots with the cursor to live-update them from: for REST and for pages alike."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from accounts.paging import cursor_refused, decode_cursor, encode_cursor
from chat.models import Conversation, Invite, Message
from chat.serializers import conversation_json, conversations_for, with_status
from realtime.snapshot import cursor_now

if TYPE_CHECKING:
    from accounts.models import User
    from chat.models import MessageQuerySet, Participant

PAGE = 50
MAX_PAGE = 100


def conversation_list(user: User, *, after: str | None = None, limit: int = PAGE) -> dict[str, Any]:
    """The person's conversations, newest activity first: {results, next, cursor}.

    Raises:
        ValidationError: `after` is no cursor of this list.
    """
    cursor = cursor_now()  # before the data: what happens in between comes again, and applying it again is harmless
    conversations = Conversation.objects.of(user).with_everything().order_by("-last_activity_at", "-id")
    if after is not None:
        moment, conversation_id = _decode(after)
        conversations = conversations.filter(
            Q(last_activity_at__lt=moment) | Q(last_activity_at=moment, id__lt=conversation_id)
        )
    found = list(conversations[: limit + 1])
    page = found[:limit]
    return {
        "results": conversations_for(user, page),
        "next": _encode(page[-1]) if len(found) > limit else None,
        "cursor": cursor,
    }


def conversation(participant: Participant) -> dict[str, Any]:
    """One conversation as the participant sees it, with the cursor to live-update it from."""
    cursor = cursor_now()
    found = Conversation.objects.with_everything().filter(pk=participant.conversation_id)
    return {**conversations_for(participant.user, found)[0], "cursor": cursor}


def invitation(code: str) -> dict[str, Any]:
    """What somebody who holds an invite sees of its group.

    Raises:
        Invite.DoesNotExist: there is no such invite, or it lets nobody in any more.
    """
    conversation_id = Invite.objects.live().values_list("conversation_id", flat=True).get(code=code)
    group = conversation_json(Conversation.objects.with_everything().get(pk=conversation_id))
    return {name: group[name] for name in ("title", "participant_count", "avatar_url")}


def history(
    participant: Participant,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    thread: UUID | None = None,
    limit: int = PAGE,
) -> dict[str, Any]:
    """Messages by seq: the last ones, those before or after a seq, or those around one; of one thread, or all.

    Returns:
        {results (ascending), has_more_before, has_more_after, cursor}

    Raises:
        Message.DoesNotExist: the participant sees neither such a thread's root nor a reply in it.
    """
    cursor = cursor_now()
    messages = participant.history().with_everything()
    if thread is not None:
        messages = _in_thread(participant, messages, thread)
    if around is not None:
        older, has_more_before = _before(messages, around, limit // 2)
        newer, has_more_after = _after(messages, around - 1, limit - len(older))
    elif after is not None:
        older, has_more_before = [], messages.filter(seq__lte=after).exists()
        newer, has_more_after = _after(messages, after, limit)
    else:
        older, has_more_before = _before(messages, before, limit)
        newer, has_more_after = [], before is not None and messages.filter(seq__gte=before).exists()
    return {
        "results": with_status([*older, *newer], participant),
        "has_more_before": has_more_before,
        "has_more_after": has_more_after,
        "cursor": cursor,
    }


def _in_thread(participant: Participant, messages: MessageQuerySet, root_id: UUID) -> MessageQuerySet:
    """The replies of a thread. Its root may lie before the participant's time; then they see the replies alone."""
    replies = messages.filter(thread_root=root_id)
    if not participant.history().filter(pk=root_id).exists() and not replies.exists():
        raise Message.DoesNotExist
    return replies


def _before(messages: MessageQuerySet, seq: int | None, size: int) -> tuple[list[Message], bool]:
    """The last messages before a seq (or of all), ascending, and whether there are more."""
    earlier = messages if seq is None else messages.filter(seq__lt=seq)
    found = list(earlier.order_by("-seq")[: size + 1])
    return found[:size][::-1], len(found) > size


def _after(messages: MessageQuerySet, seq: int, size: int) -> tuple[list[Message], bool]:
    """The first messages after a seq, ascending, and whether there are more."""
    found = list(messages.filter(seq__gt=seq).order_by("seq")[: size + 1])
    return found[:size], len(found) > size


def _encode(last: Conversation) -> str:
    return encode_cursor(f"{last.last_activity_at.isoformat()}|{last.pk}")


def _decode(cursor: str) -> tuple[datetime, UUID]:
    moment, _bar, conversation_id = decode_cursor(cursor).partition("|")
    try:
        return datetime.fromisoformat(moment), UUID(conversation_id)
    except ValueError:
        raise cursor_refused() from None
