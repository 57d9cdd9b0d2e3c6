"""What people do with their notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from notifications.actions.locking import lock_inboxes
from notifications.actions.telling import deleted
from notifications.models import Notification
from realtime import topics
from realtime.log import append_many, new

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

IN_AN_EVENT = 1000  # ids: a stream takes a megabyte


def mark_read(*, user: User, notification_id: UUID) -> Notification:
    """Note that the person has seen one; one that they had seen stays so.

    Raises:
        Notification.DoesNotExist: they have none such.
    """
    with transaction.atomic():
        lock_inboxes([user.pk])
        notification = Notification.objects.get(pk=notification_id, user=user)
        if not notification.is_read:
            notification.read()
            notification.save(update_fields=["is_read", "key"])
            _tell_read(user, [notification.pk])
    return notification


def mark_all_read(*, user: User, conversation_id: UUID | None = None) -> int:
    """Note that the person has seen all, or all of one conversation; how many are left."""
    with transaction.atomic():
        lock_inboxes([user.pk])
        unread = Notification.objects.unread().filter(user=user)
        if conversation_id is not None:
            unread = unread.filter(conversation=conversation_id)
        ids = list(unread.order_by("updated_at", "id").values_list("pk", flat=True))
        if ids:
            Notification.objects.filter(user=user, pk__in=ids).update(is_read=True, key=None)
            _tell_read(user, ids)
        return Notification.objects.unread_count(user)


def delete(*, user: User, notification_id: UUID) -> None:
    """Keep one no longer.

    Raises:
        Notification.DoesNotExist: the person has none such.
    """
    with transaction.atomic():
        lock_inboxes([user.pk])
        Notification.objects.get(pk=notification_id, user=user).delete()
        append_many(deleted({user.pk: [notification_id]}))


def _tell_read(user: User, ids: list[UUID]) -> None:
    left = Notification.objects.unread_count(user)
    append_many(
        [
            new(
                topic=topics.user(user.pk),
                type="notification.updated",
                payload={"ids": ids[start : start + IN_AN_EVENT], "is_read": True, "unread_count": left},
            )
            for start in range(0, len(ids), IN_AN_EVENT)
        ]
    )
