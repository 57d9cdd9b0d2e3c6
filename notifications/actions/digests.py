"""Mails of what somebody missed who is long away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from accounts.actions import queue_mail
from accounts.models import Session, User
from notifications.actions.locking import lock_inboxes
from notifications.models import Channel, Digest, Notification, Preferences
from presence.reading import now_of
from presence.states import Status

if TYPE_CHECKING:
    from uuid import UUID

KIND = "digest"
AWAY = timedelta(minutes=30)
HOURLY = timedelta(hours=1)
IN_A_MAIL = 50
PEOPLE_AT_ONCE = 200
NEW = Q(is_read=False) & (Q(mailed_at=None) | Q(updated_at__gt=F("mailed_at")))


def queue_digests() -> None:
    """Queue a mail for everybody whose time has come, who is away, and has not read what happened. For a job.

    That a notification was mailed is noted in the transaction that queues the mail: no two mails tell of the same.
    """
    now = timezone.now()
    missed = Notification.objects.filter(NEW, user=OuterRef("user"))
    wanting = Preferences.objects.exclude(email_digest=Digest.NEVER).exclude(user__email="")
    waiting = wanting.filter(Exists(missed), user__is_active=True, user__is_bot=False)
    waiting = waiting.exclude(digest_at__gt=now - HOURLY).select_related("user").order_by("user")
    for preferences in waiting.iterator(chunk_size=PEOPLE_AT_ONCE):
        if is_due(preferences, now) and not is_hushed(preferences, now) and is_away(preferences.user, now):
            _queue(preferences.user_id, now)


def is_due(preferences: Preferences, now: datetime) -> bool:
    """Whether it is time for the next mail: an hour after the last one, or when the clock on the wall says so."""
    last = preferences.digest_at
    if last is None:
        return True
    if preferences.email_digest == Digest.HOURLY:
        return now - last >= HOURLY
    return last < _slot(preferences, now) and now - last >= HOURLY


def is_hushed(preferences: Preferences, now: datetime) -> bool:
    """Whether a mail would ring in quiet hours, or while the person snoozes: it waits for their end."""
    return preferences.is_snoozed(now) or preferences.is_quiet(now, preferences.user.time_zone)


def is_away(user: User, now: datetime) -> bool:
    """Whether nobody has seen the person for a while, on any device."""
    present = now_of({str(user.pk)}).get(str(user.pk))
    if present is not None and present.status != Status.OFFLINE:
        return False
    used = Session.objects.filter(user=user).aggregate(last=Max("last_seen_at"))["last"]
    moments = [moment for moment in (user.last_seen_at, used) if moment is not None]
    return all(now - moment >= AWAY for moment in moments)


def stop_digests(*, user: User) -> None:
    """No more mails of this kind; whoever has the link of one may say so."""
    from notifications.actions.preferences import set_preferences

    set_preferences(user=user, changes={"email_digest": Digest.NEVER})


def _slot(preferences: Preferences, now: datetime) -> datetime:
    """The last moment at which such a mail was to go, by the clocks of the person's time zone."""
    here = now.astimezone(ZoneInfo(preferences.user.time_zone))
    slot = here.replace(hour=preferences.digest_hour, minute=0, second=0, microsecond=0)
    if preferences.email_digest == Digest.WEEKLY:
        slot -= timedelta(days=here.weekday())
    if slot > here:
        slot -= timedelta(days=7 if preferences.email_digest == Digest.WEEKLY else 1)
    return slot


def _queue(user_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        lock_inboxes([user_id])
        preferences = Preferences.objects.select_for_update(of=("self",)).select_related("user").get(pk=user_id)
        if not is_due(preferences, now):  # another worker was quicker
            return
        missed = Notification.objects.filter(NEW, user=user_id).order_by("-updated_at", "-id")
        told = [each for each in missed if preferences.wants(each.type, Channel.MAIL)]
        missed.filter(pk__in=[each.pk for each in told]).update(mailed_at=F("updated_at"))
        if told:
            Preferences.objects.filter(pk=user_id).update(digest_at=now)
            about = {"ids": [str(each.pk) for each in told[:IN_A_MAIL]], "more": max(0, len(told) - IN_A_MAIL)}
            queue_mail(kind=KIND, key=f"{KIND}:{user_id}:{now.isoformat()}", user=preferences.user, about=about)
