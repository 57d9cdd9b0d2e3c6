"""What a person's devices hear of their notifications."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.languages import written_in
from accounts.models import User
from notifications.actions.locking import lock_inboxes
from notifications.models import Inbox, Notification, Untold
from notifications.serializers import notification_json
from realtime import topics
from realtime.log import append_many, new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from realtime.models import Event

TELL_EVERY = timedelta(seconds=2)
PEOPLE_AT_ONCE = 500


def tell_changes() -> None:
    """Tell everybody whose notifications changed, and who was told nothing for two seconds. For a job."""
    while _tell_some() == PEOPLE_AT_ONCE:
        pass


def _tell_some() -> int:
    now = timezone.now()
    lately = Inbox.objects.filter(told_at__gt=now - TELL_EVERY, told_at__lte=now)
    waiting = Notification.objects.filter(untold__gt=0).exclude(user__in=lately.values("user")).order_by("user")
    user_ids = list(waiting.values_list("user_id", flat=True).distinct()[:PEOPLE_AT_ONCE])
    if user_ids:  # mostly nobody: then SQLite's lock on writing stays free
        with transaction.atomic():
            lock_inboxes(user_ids)
            untold = Notification.objects.filter(user__in=user_ids, untold__gt=0).order_by("updated_at", "id")
            append_many(updated(list(untold)))
            untold.update(untold=Untold.NOTHING)
            Inbox.objects.filter(user__in=user_ids).update(told_at=now)
    return len(user_ids)


def created(notifications: Sequence[Notification]) -> list[Event]:
    """One `notification.created` for each."""
    user_ids = {each.user_id for each in notifications}
    counts, shapes = Notification.objects.unread_counts(user_ids), _Shapes(user_ids)
    return [
        new(
            topic=topics.user(each.user_id),
            type="notification.created",
            payload={"notification": shapes.of(each), "unread_count": counts[each.user_id]},
            object_id=each.message_id,
        )
        for each in notifications
    ]


class _Shapes:
    """Notifications as JSON, each in the language that its person chose."""

    def __init__(self, user_ids: Collection[UUID]) -> None:
        chosen = User.objects.filter(pk__in=user_ids).exclude(language="")
        self._languages: dict[UUID, str] = dict(chosen.values_list("pk", "language"))

    def of(self, notification: Notification) -> dict[str, Any]:
        with written_in(self._languages.get(notification.user_id, "")):
            return notification_json(notification)


def deleted(user_ids: Mapping[UUID, Sequence[UUID]], *, scrubs: Collection[int] = ()) -> list[Event]:
    """One `notification.deleted` for each of these people, with the ids."""
    counts = Notification.objects.unread_counts(user_ids.keys())
    return [
        new(
            topic=topics.user(user_id),
            type="notification.deleted",
            payload={"ids": ids, "unread_count": counts[user_id]},
            scrubs=scrubs,
        )
        for user_id, ids in user_ids.items()
    ]


def updated(notifications: Collection[Notification], *, scrubs: Collection[int] = ()) -> list[Event]:
    """`notification.updated`, mostly one for each person.

    An event names the message whose text it copies, so that the text can be taken out of the log with the message. So
    what has the text of several messages is several events; what was only read is one without any.
    """
    by_person: defaultdict[UUID, list[Notification]] = defaultdict(list)
    for each in notifications:
        by_person[each.user_id].append(each)
    counts, in_words = Notification.objects.unread_counts(by_person.keys()), _Shapes(by_person.keys())
    return [
        new(
            topic=topics.user(user_id),
            type="notification.updated",
            payload={**payload, "unread_count": counts[user_id]},
            object_id=message_id,
            scrubs=scrubs,
        )
        for user_id, theirs in by_person.items()
        for message_id, payload in _pieces(theirs, in_words)
    ]


def _pieces(theirs: Iterable[Notification], in_words: _Shapes) -> Iterator[tuple[UUID | None, dict[str, Any]]]:
    read: list[UUID] = []
    shown: defaultdict[UUID | None, list[Notification]] = defaultdict(list)
    for each in theirs:
        if each.untold == Untold.READ:
            read.append(each.pk)
        else:
            shown[each.message_id if each.text else None].append(each)
    if read:
        yield None, {"ids": read, "is_read": True}
    for message_id, together in shown.items():
        shapes = [in_words.of(each) for each in together]
        yield message_id, {"ids": [each.pk for each in together], "notifications": shapes}
