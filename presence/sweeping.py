"""What people's devices have come to is settled here, for everybody who is due, many at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from presence import telling
from presence.states import Devices, add_up
from presence.store import Settled
from presence.telling import Change
from realtime import ephemeral

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from presence.states import Outcome
    from presence.store import Snapshot, Store

BATCH = 1000  # people at a time
AGAIN_S = 5.0  # who was claimed and, because something failed, not settled is due again after this
SEEN_EVERY = timedelta(minutes=1)


def sweep(store: Store, *, now: float) -> None:
    """Settle everybody who is due, and tell those whom it concerns.

    Raises:
        StoreAway: the store does not answer.
        DatabaseError: the database does not; those who were claimed are due again in a few seconds.
    """
    store.bury(now=now)
    while True:
        claimed = store.claim(now=now, limit=BATCH, again_at=now + AGAIN_S)
        if claimed:
            _settle(store, claimed, now)
        if len(claimed) < BATCH:
            return


def outcomes(snapshot: Snapshot, user_ids: Collection[str], now: float) -> Iterator[tuple[str, Devices, Outcome]]:
    """Each of these people with what is known of them, and what that adds up to."""
    for user_id in user_ids:
        devices = snapshot.people.get(user_id) or Devices()
        yield user_id, devices, add_up(devices, living=snapshot.living, now=now, ttl_s=settings.PRESENCE_TTL_S)


def _settle(store: Store, claimed: list[str], now: float) -> None:
    found = list(outcomes(store.read(claimed, now=now), claimed, now))
    touch([user_id for user_id, _devices, outcome in found if outcome.presence.is_visible], now=now)
    changes = [Change(user_id, devices.told, outcome.presence) for user_id, devices, outcome in found]
    events = telling.events(changes)
    settled = store.settle(
        [
            Settled(user_id, devices.version, outcome.presence, outcome.due, outcome.until, outcome.stale)
            for user_id, devices, outcome in found
        ]
    )
    ephemeral.send([event for user_id in claimed if user_id in settled for event in events.get(user_id, ())])


def touch(user_ids: Collection[str], *, now: float) -> None:
    """Note that these people were seen now; of each, at most once a minute."""
    if not user_ids:
        return
    moment = datetime.fromtimestamp(now, UTC)
    not_lately = Q(last_seen_at=None) | Q(last_seen_at__lte=moment - SEEN_EVERY)
    unnoted = User.objects.filter(not_lately, pk__in=user_ids)
    ids = list(unnoted.values_list("pk", flat=True))  # mostly nobody: then SQLite's lock on writing stays free
    if ids:
        with transaction.atomic():
            # Who is locked is being noted by another process, or is changing their profile: the next time will do.
            rows = unnoted.filter(pk__in=ids).select_for_update(skip_locked=True, no_key=True)
            User.objects.filter(pk__in=rows.values("pk")).update(last_seen_at=moment)
