"""That notifications have come to their people: over a stream, or because they asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from notifications.models import Notification

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User

AT_ONCE = 5000


def mark_delivered(*, user: User, notifications: Collection[Notification]) -> None:
    """Note that the person fetched these. Nobody is told: who could be has them."""
    ids = [each.pk for each in notifications if not each.is_delivered]
    if ids:
        Notification.objects.filter(user=user, pk__in=ids).update(is_delivered=True)
    for each in notifications:
        each.is_delivered = True


def mark_handed_over(*, user_ids: Collection[str]) -> None:
    """Note that the open streams of these people were handed all that there is."""
    people = [UUID(user_id) for user_id in user_ids]
    ids = list(Notification.objects.filter(user__in=people, is_delivered=False).values_list("pk", flat=True)[:AT_ONCE])
    if ids:  # mostly none: then SQLite's lock on writing stays free
        Notification.objects.filter(pk__in=ids).update(is_delivered=True)
