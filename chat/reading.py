"""What a person may read, as snapshots with the cursor to live-update them from: for REST and for pages alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import UUIDField

from accounts import names
from accounts.paging import page_of
from chat.keyset import cut, number_of, page_by
from chat.models import Conversation, Invite, Message, Participant, complete, shares_reads
from chat.serializers import conversations_for, participant_json, with_status
from realtime.compiled import CompiledQuery, Slot
from realtime.snapshot import cursor_now, with_cursor

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from chat.models import MessageQuerySet

PAGE = 50
MAX_PAGE = 100


# What every client begins with.
_FIRST_PAGE: CompiledQuery[Conversation] = CompiledQuery(
    lambda: Conversation.objects.of(Slot("user", UUIDField())).order_by("-last_activity_at", "-pk")[: PAGE + 1]  # type: ignore[arg-type]
)


def conversation_list(user: User, *, after: str | None = None, limit: int = PAGE) -> dict[str, Any]:
    """The person's conversations, newest activity first: {results, next, cursor}.

    Raises:
        ValidationError: `after` is no cursor of this list.
    """
    # The cursor before the data: what happens in between comes again, and applying it again is harmless.
    if after is None and limit == PAGE:
        cursor, [found] = with_cursor(_FIRST_PAGE.asking(user=user.pk))
        page, following = cut("last_activity_at", found, limit)
    else:
        cursor = cursor_now()
        page, following = page_by("last_activity_at", Conversation.objects.of(user), after=after, limit=limit)
    return {"results": conversations_for(user, page), "next": following, "cursor": cursor}


def conversation(participant: Participant) -> dict[str, Any]:
    """One conversation as the participant sees it, with the cursor to live-update it from."""
    cursor = cursor_now()
    found = Conversation.objects.filter(pk=participant.conversation_id)
    return {**conversations_for(participant.user, found)[0], "cursor": cursor}


def people_page(own: Participant, *, search: str = "", cursor: str | None = None, limit: int = PAGE) -> dict[str, Any]:
    """Who takes part with somebody, as they came, all or those who are called like `search`: {results, next, cursor}.

    Raises:
        ValidationError: `cursor` is no cursor of this list.
    """
    since = cursor_now()
    rows = Participant.objects.active().filter(conversation=own.conversation_id).select_related("user").order_by("pk")
    if needle := names.fold(names.tidy(search)):
        rows = rows.filter(user__search_text__contains=needle)
    if cursor is not None:
        rows = rows.filter(pk__gt=number_of(cursor))
    hidden = {} if shares_reads(own.user) else {"read_seq": 0}
    page = page_of(rows, limit, lambda each: str(each.pk), lambda each: {**participant_json(each), **hidden})
    return {**page, "cursor": since}


def invitation(code: str) -> dict[str, Any]:
    """What somebody who holds an invite sees of its group.

    Raises:
        Invite.DoesNotExist: there is no such invite, or it lets nobody in any more.
    """
    conversation_id = Invite.objects.live().values_list("conversation_id", flat=True).get(code=code)
    group = Conversation.objects.get(pk=conversation_id)
    return {name: getattr(group, name) for name in ("title", "participant_count", "avatar_url")}


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
    messages = participant.history().with_people()
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
    found = [*older, *newer]
    complete(found)
    return {
        "results": with_status(found, participant),
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
