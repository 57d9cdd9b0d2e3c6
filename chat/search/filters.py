"""What narrows a search besides words: people, conversations, times, and what a message carries."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts import names
from accounts.models import User
from chat.models import Attachment, Kind, MessageQuerySet, Participant, Reaction
from chat.search.database import with_links
from chat.search.fold import fold
from chat.search.query import straight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime


def _with_reactions(messages: MessageQuerySet) -> MessageQuerySet:
    return messages.filter(Exists(Reaction.objects.filter(message=OuterRef("pk"))))


def _with(*kinds: str) -> Callable[[MessageQuerySet], MessageQuerySet]:
    of_kind = Attachment.objects.filter(message=OuterRef("pk"), kind__in=kinds)
    return lambda messages: messages.filter(Exists(of_kind))


def _with_attachments(kind: Attachment.Kind, messages: MessageQuerySet) -> MessageQuerySet:
    return messages.filter(Exists(Attachment.objects.filter(message=OuterRef("pk"), kind=kind)))


HAS: dict[str, Callable[[MessageQuerySet], MessageQuerySet]] = {
    "link": with_links,
    **{kind.value: partial(_with_attachments, kind) for kind in Attachment.Kind},
    "reaction": _with_reactions,
    "pin": MessageQuerySet.pinned,
    "attachment": _with(*Attachment.Kind.values),
    "image": _with(Attachment.Kind.IMAGE),
    "voice": _with(Attachment.Kind.VOICE),
    "file": _with(Attachment.Kind.FILE),
}


@dataclass
class Filters:
    """One set of filters; every field that is not empty narrows, and of its values any will do (of `has` all)."""

    people: list[str] = field(default_factory=list)  # ids or user names
    conversations: list[UUID] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    before: list[datetime] = field(default_factory=list)
    after: list[datetime] = field(default_factory=list)
    has: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


def narrowed(messages: MessageQuerySet, filters: Filters) -> MessageQuerySet:
    """The messages that pass; what nothing has or nobody is called finds nothing."""
    if filters.people:
        messages = messages.filter(sender__in=_people(filters.people))
    if filters.before:
        messages = messages.filter(created_at__lt=min(filters.before))
    if filters.after:
        messages = messages.filter(created_at__gte=max(filters.after))
    for kind in filters.has:
        messages = HAS[kind](messages) if kind in HAS else messages.none()
    return messages


def conversations_of(user: User, filters: Filters) -> set[UUID] | None:
    """The conversations that a search is confined to, or None for all of the person's."""
    if not filters.conversations and not filters.titles:
        return None
    return {*filters.conversations, *_titled(user, filters.titles)}


def _people(wanted: Iterable[str]) -> list[UUID]:
    """Ids of people by id or user name."""
    named = Q()
    for text in wanted:
        name = text.removeprefix("@")
        named |= Q(username_key=names.fold(name))
        with contextlib.suppress(ValueError):
            named |= Q(pk=UUID(name))
    return list(User.objects.filter(named).values_list("pk", flat=True))


def _titled(user: User, titles: Iterable[str]) -> set[UUID]:
    """The person's conversations of these titles; direct ones are called by the person's own title, or by the other."""
    wanted = {_comparable(title) for title in titles} - {""}
    if not wanted:
        return set()
    mine = Participant.objects.active().filter(user=user)
    called = mine.values_list("conversation_id", "conversation__title", "title")
    found = {pk for pk, title, own in called if {_comparable(title), _comparable(own)} & wanted}
    partners = (
        Participant.objects.filter(conversation__kind=Kind.DIRECT, conversation__in=mine.values("conversation"))
        .exclude(user=user)
        .values_list("conversation_id", "user__username", "user__display_name")
    )
    return found | {pk for pk, *called in partners if {_comparable(name) for name in called} & wanted}


def _comparable(title: str) -> str:
    """A title as one is looked for: in a query all double quotes are plain."""
    return fold(straight(title)).strip()
