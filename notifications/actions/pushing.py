"""Browsers that may be reached by push, and what is queued for them.

Pushes are rows of the database, queued in the transaction that makes the notification: no other queue promises that.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from notifications.actions.locking import lock_inboxes
from notifications.models import FailedPush, Notification, Push, PushSubscription
from presence.reading import now_of
from presence.states import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from accounts.models import Session

MAX_SUBSCRIPTIONS = 20  # of one person: the oldest goes
WAITS_FOR_THE_HERE = timedelta(seconds=10)  # who is here may read it by then
WAITS_FOR_THE_ACTIVE = timedelta(seconds=30)  # who does something here sees it here: is that so still?
LEASE = timedelta(seconds=120)  # a sender that was not heard of for so long is dead
MAX_TRIES = 3
FIRST_RETRY_S = 2
KEPT = timedelta(days=1)  # nobody needs to be interrupted by what happened before


def subscribe(*, user: User, session: Session, endpoint: str, p256dh: str, auth: str) -> tuple[PushSubscription, bool]:
    """Let a browser be told, as long as the session lives: (the subscription, whether it is new).

    One that another person subscribed with in this browser is theirs no longer.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        subscription, is_new = PushSubscription.objects.update_or_create(
            endpoint_key=PushSubscription.key_of(endpoint),
            defaults={"user": user, "session": session, "endpoint": endpoint, "p256dh": p256dh, "auth": auth},
        )
        Push.objects.filter(subscription=subscription).exclude(notification__user=user).delete()
        kept = PushSubscription.objects.filter(user=user).order_by("-created_at", "-id")[:MAX_SUBSCRIPTIONS]
        PushSubscription.objects.filter(user=user).exclude(pk__in=[each.pk for each in kept]).delete()
    return subscription, is_new


def unsubscribe(*, user: User, endpoint: str) -> None:
    """Tell a browser no more; nothing happens where it was not told."""
    PushSubscription.objects.filter(user=user, endpoint_key=PushSubscription.key_of(endpoint)).delete()


def queue_pushes(of_people: Mapping[UUID, Mapping[UUID, bool]], now: datetime) -> None:
    """Queue notifications for the browsers of their people, in the transaction that writes them.

    Args:
        of_people: for each person the notifications, and whether the person is here on some device: then it waits a
            moment, and is not sent if it was read by then.
    """
    if not of_people:
        return
    Push.objects.bulk_create(
        (
            Push(
                notification_id=notification_id,
                subscription=subscription,
                due_at=now + WAITS_FOR_THE_HERE if is_here else now,
            )
            for subscription in PushSubscription.objects.usable_by(of_people.keys())
            for notification_id, is_here in of_people[subscription.user_id].items()
        ),
        ignore_conflicts=True,  # one that waits already will tell of this too
    )


def claim_pushes(*, limit: int) -> list[Push]:
    """Pushes that are due, for the caller to send and to settle; for others they are due again only after a while.

    What was read meanwhile, and what is for a browser that was logged out, is dropped here. What is for somebody who is
    active on some device waits until they are not: they see it there.
    """
    now = timezone.now()
    while Push.objects.filter(due_at__lte=now).exists():  # mostly none: then SQLite's lock on writing stays free
        with transaction.atomic():
            locked = Push.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=now)
            due = locked.order_by("due_at").select_related("notification__user", "subscription__session")
            found = list(due[:limit])
            wanted = [each for each in found if _is_wanted(each, now)]
            active = _active({each.notification.user_id for each in wanted})
            later = [each.pk for each in wanted if each.notification.user_id in active]
            claimed = [each for each in wanted if each.pk not in later]
            Push.objects.filter(pk__in=[each.pk for each in found if each not in wanted]).delete()
            Push.objects.filter(pk__in=later).update(due_at=now + WAITS_FOR_THE_ACTIVE)
            Push.objects.filter(pk__in=[each.pk for each in claimed]).update(due_at=now + LEASE)
        if claimed or not found:
            return claimed
    return []


def _active(user_ids: set[UUID]) -> set[UUID]:
    """Those of them who do something on some device at this moment."""
    present = now_of({str(user_id) for user_id in user_ids}) if user_ids else {}
    return {user_id for user_id in user_ids if (seen := present.get(str(user_id))) and seen.status == Status.ONLINE}


def _is_wanted(push: Push, now: datetime) -> bool:
    session = push.subscription.session
    lives = session.ended_at is None and session.expires_at > now and push.notification.user.is_active
    return lives and not push.notification.is_read and push.notification.updated_at > now - KEPT


def settle_push(*, push: Push, gone: bool = False, again: bool = False, failed: bool = False) -> None:
    """Note what became of a claimed push: sent; its browser is gone for good; it is tried again; or it is given up.

    A sender that died before this has not tried: it may be killed as often as it will.
    """
    if gone:
        PushSubscription.objects.filter(pk=push.subscription_id).delete()
        return
    with transaction.atomic():
        # While the inbox is locked nobody adds to the notification, and finds that a push of it waits already.
        lock_inboxes([push.notification.user_id])
        mine = Push.objects.filter(pk=push.pk)
        has_more = Notification.objects.filter(
            pk=push.notification_id, is_read=False, updated_at__gt=push.notification.updated_at
        ).exists()
        if again and push.tries + 1 < MAX_TRIES:
            later = timezone.now() + timedelta(seconds=FIRST_RETRY_S * 2**push.tries)
            mine.update(due_at=later, tries=F("tries") + 1)
            return
        if again or failed:
            FailedPush.objects.create()
        if has_more:
            mine.update(due_at=timezone.now(), tries=0)
        else:
            mine.delete()
