"""Telling people of what no event of the log tells: for the apps above this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from notifications.actions.locking import lock_inboxes
from notifications.actions.telling import created
from notifications.models import Channel, Notification, Preferences, Type
from realtime.log import append_many

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID


def notify(
    *, user_ids: Collection[UUID], type: Type, title: str, text: str = "", data: Mapping[str, Any] | None = None
) -> list[Notification]:
    """Tell people of something (BROADCAST, MODERATION), those who want to hear of it; never collapsed. In the caller's
    transaction it is told with whatever else that does.
    """
    now = timezone.now()
    with transaction.atomic():
        lock_inboxes(user_ids)
        set_by = {each.user_id: each for each in Preferences.objects.filter(user__in=user_ids)}
        willing = [user_id for user_id in user_ids if set_by.get(user_id, Preferences()).wants(type, Channel.IN_APP)]
        made = [
            Notification(
                user_id=user_id,
                type=type,
                title=title,
                text=text,
                data=dict(data or {}),
                created_at=now,
                updated_at=now,
            )
            for user_id in willing
        ]
        Notification.objects.bulk_create(made, batch_size=500)
        append_many(created(made))
    return made
