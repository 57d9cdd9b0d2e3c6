"""Pruning: what is old goes, what is new stays, and whoever follows still follows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from realtime import log, retention
from realtime.models import Event
from realtime.sequencer import look
from tests.realtime.conftest import say

ALICE, BOB = UUID(int=1), UUID(int=2)


pytestmark = pytest.mark.usefixtures("nobody_reads_it")


def age(pos: int, days: float) -> None:
    Event.objects.filter(pos=pos).update(created_at=timezone.now() - timedelta(days=days))


@pytest.mark.django_db(transaction=True)
def test_old_events_go_and_new_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "DELETE_BATCH", 2)
    for number in range(1, 7):
        say("everyone", number)
    look()
    for pos in range(1, 5):
        age(pos, 7.1)
    age(5, 6.9)
    assert retention.prune() == 4
    assert log.head().floor == 4
    assert list(Event.objects.order_by("pos").values_list("pos", flat=True)) == [5, 6]
    assert retention.prune() == 0


@pytest.mark.django_db(transaction=True)
def test_an_old_event_behind_a_new_one_stays_with_it() -> None:
    """The floor is a place: nothing above it may be missing, whatever the clocks said."""
    for number in range(1, 4):
        say("everyone", number)
    look()
    age(1, 8)
    age(3, 8)
    assert retention.prune() == 1
    assert list(Event.objects.order_by("pos").values_list("pos", flat=True)) == [2, 3]


@pytest.mark.django_db(transaction=True)
def test_who_follows_goes_on_following_and_old_memberships_go() -> None:
    say("conversation:c", 1, adds=[ALICE, BOB])
    say("conversation:c", 2, removes=[BOB])
    say("conversation:c", 3)
    look()
    for pos in (1, 2):
        age(pos, 8)
    retention.prune()
    assert log.follows(ALICE) == {"conversation:c": [(1, None)]}
    assert log.follows(BOB) == {}


@pytest.mark.django_db(transaction=True)
def test_events_without_a_place_are_never_pruned() -> None:
    say("everyone", 1)
    Event.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert retention.prune() == 0
    assert len(look().placed) == 1
