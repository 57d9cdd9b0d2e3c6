"""Finding messages: `find`. One module for each database below it, one way to fold text for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from accounts.models import Block
from chat.keyset import page_by, place_of
from chat.models import Message, Participant
from chat.search.database import attempts
from chat.search.filters import Filters, conversations_of, narrowed
from chat.search.highlights import highlights
from chat.serializers import messages_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from accounts.models import User
    from chat.models import MessageQuerySet


def find(
    user: User, *, terms: list[str], filters: Collection[Filters], after: str | None, limit: int
) -> dict[str, Any]:
    """The messages that contain all terms and pass all filters, of those the person may see; newest first.

    Args:
        terms: folded words and phrases.
        after: the `next` of the page before.

    Returns:
        {results: [{message, highlights}], next}

    Raises:
        ValidationError: `after` is no cursor of this list.
    """
    page: list[Message] = []
    following = None
    for messages in matching(user, terms, filters, after):
        page, following = page_by("created_at", messages.only("created_at"), after=after, limit=limit)
        if following is not None:
            break
    # Only now what belongs to them: joined to all that might be found, it costs more than the search.
    whole = Message.objects.with_everything().in_bulk([message.pk for message in page])
    found = [whole[message.pk] for message in page if message.pk in whole]
    results = [
        {"message": shown, "highlights": highlights(message.content, terms)}
        for message, shown in zip(found, messages_for(user, found), strict=True)
    ]
    return {"results": results, "next": following}


def matching(
    user: User, terms: list[str], filters: Collection[Filters], after: str | None = None
) -> Iterator[MessageQuerySet]:
    """What is found, as query sets to try in turn: the first to fill the page will do, the last has everything."""
    scopes = [ids for each in filters if (ids := conversations_of(user, each)) is not None]
    messages = _visible(user, set.intersection(*scopes) if scopes else None)
    for each in filters:
        messages = narrowed(messages, each)
    before = place_of(Message, after)[0] if after is not None else None
    yield from attempts(messages, terms, before)


def _visible(user: User, conversations: set[UUID] | None) -> MessageQuerySet:
    """What the person may find: said by people, in their conversations, in their time, and not taken back."""
    if conversations is not None:
        mine = Participant.objects.active().filter(user=user, conversation__in=conversations)
        conversations = set(mine.values_list("conversation_id", flat=True))
        if not conversations:
            return Message.objects.none()
    found = (
        Message.objects.countable()
        .filter(
            conversation__participants__user=user,
            conversation__participants__left_at=None,
            conversation__deleted_at=None,
            seq__gte=F("conversation__participants__first_seq"),
        )
        .exclude(sender__in=Block.objects.filter(blocker=user).values("blocked"))
    )
    return found if conversations is None else found.filter(conversation__in=conversations)
