"""Places in the log: contiguous, in whatever order transactions commit, however many place at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime import sequencer
from realtime.log import NotInTransaction, append, follows, head, read
from realtime.models import Event, Head

ALICE, BOB = UUID(int=1), UUID(int=2)


def say(number: int, topic: str = "everyone", **routing: Any) -> Event:
    with transaction.atomic():
        return append(topic=topic, type="thing.happened", payload={"n": number}, **routing)


def say_and_fail() -> None:
    with transaction.atomic():
        append(topic="everyone", type="thing.happened", payload={"n": "never"})
        raise RuntimeError


def places() -> list[int | None]:
    return list(Event.objects.order_by("id").values_list("pos", flat=True))


@pytest.mark.django_db(transaction=True)
def test_append_refuses_outside_a_transaction() -> None:
    with pytest.raises(NotInTransaction):
        append(topic="everyone", type="thing.happened", payload={})
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_events_get_places_in_order_without_a_gap() -> None:
    for number in range(5):
        say(number)
    assert places() == [None] * 5
    outcome = sequencer.look()
    assert [event.pos for event in outcome.placed] == [1, 2, 3, 4, 5]
    assert places() == [1, 2, 3, 4, 5]
    assert head().pos == 5
    assert sequencer.look().placed == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_event_and_no_gap() -> None:
    say(1)
    with pytest.raises(RuntimeError):
        say_and_fail()
    say(3)
    sequencer.look()
    assert [(event.pos, event.payload) for event in read(after=0, upto=9, limit=9)] == [(1, '{"n":1}'), (2, '{"n":3}')]


@pytest.mark.django_db(transaction=True)
def test_a_failed_placing_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    say(1, adds=[ALICE])
    monkeypatch.setattr(sequencer, "_write_follows", lambda _placed: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sequencer.place()
    assert places() == [None]
    assert head().pos == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_gets_a_later_place() -> None:
    """Its id is lower than one that was placed already: a reader by id would never see it."""
    appended, release = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            append(topic="everyone", type="thing.happened", payload={"n": "slow"})
            appended.set()
            assert release.wait(5)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert appended.wait(5)
    say(2)
    assert [event.payload for event in sequencer.look().placed] == ['{"n":2}']
    release.set()
    writer.join()
    assert [event.payload for event in sequencer.look().placed] == ['{"n":"slow"}']
    slow, quick = Event.objects.order_by("id")
    assert (slow.pos, quick.pos) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_several_sequencers_at_once() -> None:
    writers, each = 6, 20
    done = threading.Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        for number in range(each):
            say(writer * each + number)
        connection.close()

    def place() -> None:
        while not done.is_set() or None in places():
            seen.extend(event.pos for event in sequencer.look().placed)
        connection.close()

    with ThreadPoolExecutor(writers + 3) as pool:
        placing = [pool.submit(place) for _ in range(3)]
        for writing in [pool.submit(write, writer) for writer in range(writers)]:
            writing.result(30)
        done.set()
        for sequencing in placing:
            sequencing.result(30)
    assert sorted(seen) == list(range(1, writers * each + 1))
    assert head().pos == writers * each


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_finds_the_head_locked_skips_instead_of_waiting() -> None:
    say(1)
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Head.objects.select_for_update(no_key=True).get(pk=1)
            locked.set()
            assert release.wait(5)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(5)
    outcome = sequencer.look()
    assert outcome.head is None
    assert outcome.more
    release.set()
    holder.join()
    assert len(sequencer.look().placed) == 1


@pytest.mark.django_db(transaction=True)
def test_more_than_a_batch_is_placed_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.conf.PLACE_BATCH", 3)
    for number in range(4):
        say(number)
    first, second = sequencer.look(), sequencer.look()
    assert ([event.pos for event in first.placed], first.more) == ([1, 2, 3], True)
    assert ([event.pos for event in second.placed], second.more) == ([4], False)


@pytest.mark.django_db(transaction=True)
def test_following_begins_and_ends_at_the_place_of_the_event() -> None:
    say(1, topic="conversation:c", adds=[ALICE])
    say(2, topic="conversation:c", adds=[BOB])
    say(3, topic="conversation:c", removes=[ALICE])
    say(4, topic="conversation:c", adds=[ALICE])
    assert follows(ALICE) == {}
    sequencer.look()
    assert follows(ALICE) == {"conversation:c": [(1, 3), (4, None)]}
    assert follows(BOB) == {"conversation:c": [(2, None)]}


@pytest.mark.django_db(transaction=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.sampled_from(["commit", "roll back", "place", "two in one"]),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_happens_places_are_contiguous_and_nothing_is_lost(steps: list[str]) -> None:
    before = head().pos
    committed = 0
    for step in steps:
        if step == "place":
            sequencer.look()
        elif step == "roll back":
            with pytest.raises(RuntimeError):
                say_and_fail()
        else:
            with transaction.atomic():
                for _ in range(2 if step == "two in one" else 1):
                    append(topic="everyone", type="thing.happened", payload={})
                    committed += 1
    sequencer.look()
    placed = [event.pos for event in read(after=before, upto=before + 100, limit=100)]
    assert placed == list(range(before + 1, before + committed + 1))
    assert head().pos == before + committed
