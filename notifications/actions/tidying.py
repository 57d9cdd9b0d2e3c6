"""Forgetting what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from notifications.models import Decided, FailedPush, Notification

READ_KEPT = timedelta(days=30)
UNREAD_KEPT = timedelta(days=365)
DECISIONS_KEPT = timedelta(days=2)
FAILURES_KEPT = timedelta(days=7)
AT_ONCE = 5000


def tidy_notifications() -> None:
    """Forget old notifications, and why somebody was not told the day before yesterday. For a job, now and then.

    Nobody is told: what is so old is on the last page of a list that is read from the first.
    """
    now = timezone.now()
    Decided.objects.filter(at__lt=now - DECISIONS_KEPT).delete()
    FailedPush.objects.filter(at__lt=now - FAILURES_KEPT).delete()
    for is_read, kept in ((True, READ_KEPT), (False, UNREAD_KEPT)):
        old = Notification.objects.filter(is_read=is_read, updated_at__lt=now - kept).order_by("updated_at")
        Notification.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).delete()
