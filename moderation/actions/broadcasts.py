"""Telling everybody: at once as an event, and by the worker, some hundred people at a time, as a notification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.actions import Unfit
from moderation.actions.auditing import note, require
from moderation.models import Act, Broadcast, BroadcastState
from moderation.serializers import broadcast_json
from notifications.actions import notify
from notifications.models import Type
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID

    from moderation.models import Report

PEOPLE_AT_ONCE = 500


def write_broadcast(*, broadcast: Broadcast, by: User) -> None:
    """Keep a draft, new or changed; one with a time is sent then.

    Raises:
        NotAllowed: see `require`.
        Unfit: it was sent meanwhile.
    """
    require(by, Act.BROADCAST, "written")
    with transaction.atomic():
        if broadcast._state.adding:
            broadcast.created_by = by
        elif Broadcast.objects.select_for_update().get(pk=broadcast.pk).state == BroadcastState.SENT:
            raise Unfit(_("This broadcast was sent already."), "sent")
        broadcast.state = BroadcastState.DRAFT if broadcast.send_at is None else BroadcastState.SCHEDULED
        broadcast.save()
        if broadcast.state == BroadcastState.SCHEDULED:
            after = {"send_at": broadcast.send_at, "level": broadcast.level}
            note(by=by, act=Act.BROADCAST, target=broadcast, reason="Scheduled.", after=after)


def send_broadcast(*, broadcast: Broadcast, by: User, reason: str, report: Report | None = None) -> None:
    """Send it now; one that was sent is not sent again.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.BROADCAST, reason)
    with transaction.atomic():
        if _send(broadcast):
            after = {"title": broadcast.title, "level": broadcast.level}
            note(by=by, act=Act.BROADCAST, target=broadcast, reason=reason, after=after, report=report)


def send_due_broadcasts() -> None:
    """Send those whose time has come. For the worker."""
    due = Broadcast.objects.filter(state=BroadcastState.SCHEDULED, send_at__lte=timezone.now())
    # Mostly none: then SQLite's lock on writing stays free.
    for broadcast_id in due.order_by("send_at").values_list("pk", flat=True):
        with transaction.atomic():
            still = due.select_for_update(no_key=True).filter(pk=broadcast_id).first()
            if still is not None:
                _send(still)


def _send(broadcast: Broadcast) -> bool:
    locked = Broadcast.objects.select_for_update(no_key=True).get(pk=broadcast.pk)
    if locked.state == BroadcastState.SENT:
        return False
    locked.state, locked.sent_at = BroadcastState.SENT, timezone.now()
    locked.save(update_fields=["state", "sent_at"])
    place = locked.conversation_id
    append(
        topic=topics.EVERYONE if place is None else topics.conversation(place),
        type="broadcast.created",
        payload=broadcast_json(locked),
    )
    return True


def tell_broadcasts() -> None:
    """Give the people their notifications of what was sent. For the worker: a part of them at a time."""
    for broadcast_id in Broadcast.objects.filter(state=BroadcastState.SENT, told_at=None).values_list("pk", flat=True):
        while _tell_some(broadcast_id):
            pass


def _tell_some(broadcast_id: UUID) -> bool:
    with transaction.atomic():
        waiting = Broadcast.objects.select_for_update(no_key=True, skip_locked=True)
        broadcast = waiting.filter(pk=broadcast_id, told_at=None).first()
        if broadcast is None:
            return False
        people = User.objects.filter(is_active=True, is_bot=False, date_joined__lte=broadcast.sent_at)
        if broadcast.conversation_id is not None:
            inside = {"participations__conversation": broadcast.conversation_id, "participations__left_at": None}
            people = people.filter(**inside)
        if broadcast.told_upto is not None:
            people = people.filter(pk__gt=broadcast.told_upto)
        ids = list(people.order_by("pk").values_list("pk", flat=True)[:PEOPLE_AT_ONCE])
        if ids:
            data = {"broadcast_id": str(broadcast.pk), "level": broadcast.level}
            notify(user_ids=ids, type=Type.BROADCAST, title=broadcast.title, text=broadcast.content, data=data)
            broadcast.told_upto = ids[-1]
        if len(ids) < PEOPLE_AT_ONCE:
            broadcast.told_at = timezone.now()
        broadcast.save(update_fields=["told_upto", "told_at"])
        return broadcast.told_at is None
