"""Counting in a process, and together with others in Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from pytest_django import Settings

from moderation.automatic import tallies
from moderation.automatic.tallies import Tallies
from tests.services import free_port

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def key() -> str:
    return uuid4().hex


@pytest.fixture
def no_redis(settings: Settings) -> None:
    settings.REDIS_URL = ""


@pytest.fixture
def dead_redis(settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}"
    yield
    tallies._script.cache_clear()


def test_times_and_places_are_counted_for_a_while(no_redis: None, key: str) -> None:
    counted = Tallies(shared=True)
    with time_machine.travel(NOON, tick=False) as clock:
        made = [counted.add(key, place, for_s=60) for place in ("a", "b", "a")]
        assert [(each.places, each.times, each.left_s) for each in made] == [(1, 1, 60), (2, 2, 60), (2, 3, 60)]
        assert counted.add("another", "a", for_s=60).times == 1
        clock.shift(timedelta(seconds=59))
        assert (counted.add(key, "a", for_s=60).times, counted.add(key, "a", for_s=60).left_s) == (4, 1)
        clock.shift(timedelta(seconds=2))
        assert counted.add(key, "a", for_s=60).times == 1


def test_only_so_much_is_kept(no_redis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "KEYS_IN_MEMORY", 2)
    counted = Tallies(shared=True)
    assert [counted.add(key, "", for_s=60).times for key in ("a", "b", "a", "c", "a", "b")] == [1, 1, 2, 1, 3, 1]


@pytest.mark.postgres
def test_processes_count_together(key: str) -> None:
    one, other = Tallies(shared=True), Tallies(shared=True)
    assert [one.add(key, place, for_s=60).places for place in "abc"] == [1, 2, 3]
    assert other.add(key, "d", for_s=60).places == 1  # what is done once asks nobody
    tally = other.add(key, "e", for_s=60)
    assert (tally.places, tally.times) == (5, 5)
    assert 0 < tally.left_s <= 60
    assert one.add(key, "a", for_s=60).times == 6


def test_without_redis_each_counts_alone(dead_redis: None, key: str) -> None:
    counted = Tallies(shared=True)
    assert [counted.add(key, "a", for_s=60).times for _ in range(3)] == [1, 2, 3]
