"""Mails: queued in the transaction of what they tell of, sent by the worker, at most once each."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Mail

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

MAX_TRIES = 3
FIRST_RETRY_S = 2
LEFT_OVER_AFTER = timedelta(days=1)


def queue_mail(*, kind: str, key: str, user: User | None = None, about: dict[str, Any] | None = None) -> bool:
    """Have a mail sent, unless there is one with this key; False if there is."""
    rows = [Mail(kind=kind, key=key, user=user, about=about or {}, due_at=timezone.now())]
    before = Mail.objects.filter(key=key).exists()
    Mail.objects.bulk_create(rows, ignore_conflicts=True)
    return not before


def claim_mails(*, limit: int) -> list[Mail]:
    """Mails that are due, for the caller to send and to settle: nobody else gets them."""
    due = Mail.objects.filter(due_at__lte=timezone.now())
    if not due.exists():  # mostly none: then SQLite's lock on writing stays free
        return []
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:limit])
        Mail.objects.filter(pk__in=[mail.pk for mail in found]).update(due_at=None, tries=F("tries") + 1)
    return found


def settle_mail(*, mail: Mail, again: bool = False) -> None:
    """Note what became of a claimed mail: it is done with; or the server took nothing, and it is tried again."""
    mine = Mail.objects.filter(pk=mail.pk)
    if again and mail.tries + 1 < MAX_TRIES:
        mine.update(due_at=timezone.now() + timedelta(seconds=FIRST_RETRY_S * 2**mail.tries))
        return
    if again:
        logger.warning("a mail (%s) was given up after %d tries", mail.kind, MAX_TRIES)
    mine.delete()


def tidy_mails() -> None:
    """Forget mails whose worker was killed. For a job, now and then."""
    Mail.objects.filter(due_at=None, created_at__lt=timezone.now() - LEFT_OVER_AFTER).delete()
