"""Lets go of events older than what is kept: clients that come back later than that reload instead of resuming."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from realtime import conf, readers
from realtime.models import Event, Follow, Head

DELETE_BATCH = 5000


def prune() -> int:
    """Delete placed events older than REALTIME["RETENTION_DAYS"] days; returns how many.

    The floor is raised before anything is deleted, so that a reader that looks at it afterwards cannot miss a hole.
    What one of REALTIME["READERS"] has not read yet stays, however old it is.
    """
    cutoff = timezone.now() - timedelta(days=conf.option("RETENTION_DAYS", 7))
    kept = Event.objects.filter(pos__isnull=False, created_at__gte=cutoff).order_by("pos").values_list("pos", flat=True)
    with transaction.atomic():
        head = Head.objects.select_for_update(no_key=True).get(pk=1)
        first_kept = kept.first()
        old = head.pos if first_kept is None else first_kept - 1
        head.floor = max(head.floor, min(old, *readers.places()))
        head.save(update_fields=["floor"])
    deleted = 0
    while ids := list(
        Event.objects.filter(pos__lte=head.floor).order_by("pos").values_list("pk", flat=True)[:DELETE_BATCH]
    ):
        deleted += Event.objects.filter(pk__in=ids).delete()[0]
    Follow.objects.filter(to_pos__lte=head.floor).delete()
    return deleted
