"""What the log made of notifications, kept together with how far the log was read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from chat.models import Participant
from notifications.actions.locking import lock_inboxes
from notifications.actions.pushing import queue_pushes
from notifications.actions.shelf import Shelf
from notifications.actions.telling import created, deleted, updated
from notifications.changes import Change, Gone, Left, Note, Reworded, Seen, Unreacted
from notifications.models import CONCERNING_MESSAGES, Decided, Notification
from realtime import readers
from realtime.log import append_many, rewrite
from realtime.models import Event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from realtime.readers import Part

BATCH = 500
WRITTEN = ("key", "title", "text", "data", "count", "is_read", "untold", "message_id", "seqs", "updated_at")


def carry_out(
    part: Part, changes: Sequence[Change], outcomes: Mapping[UUID, Mapping[str, list[str]]], now: datetime
) -> None:
    """Make the changes that came of a part of the log, and note that it is done: all of it or nothing.

    Args:
        outcomes: for each message, who was stopped at what.

    Raises:
        Overtaken: another worker has done it.
    """
    with transaction.atomic():
        readers.finish(part)
        if changes:
            lock_inboxes(_people(changes))
            rows = list(_concerned(changes))
            shelf = Shelf(rows, _outside(changes, rows))
            for change in changes:
                shelf.apply(change)
            _write(shelf, now)
        Decided.objects.bulk_create(
            (Decided(message_id=message_id, at=now, outcomes=each) for message_id, each in outcomes.items()),
            ignore_conflicts=True,
        )


def _people(changes: Sequence[Change]) -> set[UUID]:
    """Whose notifications may change."""
    people = {user_id for change in changes if isinstance(change, Note) for user_id in change.user_ids}
    people |= {change.user_id for change in changes if isinstance(change, Seen | Left)}
    by_message = _by_message(changes)
    if by_message is not None:
        people |= set(Notification.objects.filter(by_message).values_list("user_id", flat=True).distinct())
    return people


def _by_message(changes: Sequence[Change]) -> Q | None:
    """Which notifications know of the messages that changed."""
    messages = {change.message_id for change in changes if isinstance(change, Gone | Reworded | Unreacted)}
    counting = {change.conversation_id for change in changes if isinstance(change, Gone)}
    if not messages:
        return None
    return Q(message__in=messages) | Q(conversation__in=counting, key__isnull=False, type__in=CONCERNING_MESSAGES)


def _concerned(changes: Sequence[Change]) -> Any:
    """The notifications that may change, locked. (A message may be in one that is made between two looks: that one is
    of a later part, or of the deletion that comes next.)"""
    of_people: defaultdict[UUID, set[UUID]] = defaultdict(set)
    keys: set[str] = set()
    people: set[UUID] = set()
    wanted = Q()
    for change in changes:
        if isinstance(change, Note):
            keys.add(change.key)
            people.update(change.user_ids)
        elif isinstance(change, Seen):
            of_people[change.conversation_id].add(change.user_id)
        elif isinstance(change, Left):
            wanted |= Q(user=change.user_id, conversation=change.conversation_id)
    wanted |= Q(user__in=people, key__in=keys)
    for conversation_id, user_ids in of_people.items():
        wanted |= Q(user__in=user_ids, conversation=conversation_id, key__isnull=False)
    by_message = _by_message(changes)
    wanted = wanted if by_message is None else wanted | by_message
    return Notification.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")


def _outside(changes: Sequence[Change], rows: Sequence[Notification]) -> set[tuple[UUID, UUID | None]]:
    """Who is not in the conversations any more that this is about. Who goes after this look is told of what was before,
    and it is taken back when we come to their going."""
    about = {change.conversation_id for change in changes if isinstance(change, Note)}
    about |= {row.conversation_id for row in rows}
    ids = [conversation_id for conversation_id in about if conversation_id is not None]
    gone = Participant.objects.filter(Q(left_at__isnull=False) | Q(conversation__deleted_at__isnull=False))
    return set(gone.filter(conversation__in=ids).values_list("user_id", "conversation_id")) if ids else set()


def _write(shelf: Shelf, now: datetime) -> None:
    # What is read gives its key free before another notification takes it.
    Notification.objects.bulk_create(
        shelf.changed(), update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN, batch_size=BATCH
    )
    Notification.objects.filter(pk__in=[each.pk for each in shelf.removed]).delete()
    made = shelf.made()
    Notification.objects.bulk_create(made, batch_size=BATCH)
    removed: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for each in shelf.removed:
        removed[each.user_id].append(each.pk)
    # A message may have been deleted after its text was read and before this: then the deletion did not know of our
    # events, and only now do we know of the deletion.
    late = _with_text(shelf.gone) if shelf.scrubbed or shelf.removed else []
    scrubs = rewrite(object_ids=late, change=without_text) if late else []
    queue_pushes(shelf.pushed(), now)
    append_many([*created(made), *deleted(removed, scrubs=scrubs), *updated(shelf.scrubbed, scrubs=scrubs)])


def _with_text(message_ids: Sequence[UUID]) -> list[UUID]:
    """Of which of these messages there is text in events of ours: mostly none, the deletion has seen to it."""
    ours = Event.objects.filter(object_id__in=message_ids, type__startswith="notification.")
    left = ours.exclude(payload__contains='"text":""').values_list("object_id", flat=True).distinct()
    return [message_id for message_id in left if message_id is not None]


def without_text(event_type: str, payload: dict[str, Any]) -> dict[str, Any]:
    """An event of ours without what was said; others as they are."""
    if not event_type.startswith("notification."):
        return payload
    shown = [payload["notification"]] if "notification" in payload else payload.get("notifications", [])
    for notification in shown:
        notification["text"] = ""
    return payload
