"""Telling people of what no event of the log tells: for the apps above this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications.actions.locking import lock_inboxes
from notifications.actions.pushing import queue_pushes
from notifications.actions.telling import created
from notifications.deciding import Matter, Person, decide
from notifications.models import Channel, Notification, Preferences, PushSubscription, Type
from presence.reading import now_of
from presence.states import Status
from realtime.log import append_many

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID


def notify(
    *, user_ids: Collection[UUID], type: Type, title: str, text: str = "", data: Mapping[str, Any] | None = None
) -> list[Notification]:
    """Tell people of something (BROADCAST, MODERATION), those who want to hear of it; never collapsed. In the caller's
    transaction it is told, and queued for their browsers, with whatever else that does.
    """
    now = timezone.now()
    with transaction.atomic():
        lock_inboxes(user_ids)
        set_by = {each.user_id: each for each in Preferences.objects.filter(user__in=user_ids)}
        willing = [user_id for user_id in user_ids if set_by.get(user_id, Preferences()).wants(type, Channel.IN_APP)]
        wanted = _pushes(type, willing, set_by, now)
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
        queue_pushes({each.user_id: {each.pk: wanted[each.user_id]} for each in made if each.user_id in wanted}, now)
        append_many(created(made))
    return made


def _pushes(
    type: Type, user_ids: Collection[UUID], set_by: Mapping[UUID, Preferences], now: datetime
) -> dict[UUID, bool]:
    """Whose browsers are to be told, and whether the person is here just now."""
    reachable = PushSubscription.objects.usable_by(user_ids).values("user")
    zones = dict(User.objects.filter(pk__in=reachable).values_list("pk", "time_zone"))
    present = now_of({str(user_id) for user_id in zones}) if zones else {}
    wanted = {}
    for user_id, time_zone in zones.items():
        is_here = str(user_id) in present and present[str(user_id)].status != Status.OFFLINE
        person = Person(user_id, time_zone=time_zone, preferences=set_by.get(user_id, Preferences()))
        if decide(Matter(type), person, now, personal=True).channels.get(Channel.PUSH):
            wanted[user_id] = is_here
    return wanted
