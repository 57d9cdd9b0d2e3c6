"""What every store of presence does; the same stories for the one in memory and the one in Valkey."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from presence.memory_store import MemoryStore
from presence.redis_store import RedisStore
from presence.states import NEVER, OFFLINE, Beat, Line, Presence, Status
from presence.store import Settled, Store, StoreAway

NOW = 1_000_000.0
ONLINE = Presence(Status.ONLINE, "here")


@pytest.fixture(
    params=[MemoryStore, pytest.param(RedisStore, marks=pytest.mark.postgres)], ids=["in memory", "in Valkey"]
)
def store(request: pytest.FixtureRequest, settings: Settings) -> Store:
    if request.param is MemoryStore:
        return MemoryStore()
    kept = RedisStore(settings.REDIS_URL)
    kept._redis.flushdb()
    return kept


def come(store: Store, *people: str, process: str = "one") -> None:
    store.renew(process, now=NOW, until=NOW + 45)
    store.write([(person, Line(f"{person}'s laptop", process, NOW)) for person in people], now=NOW)


def settled(store: Store, person: str, presence: Presence = ONLINE, due: float = NEVER, until: float = NEVER) -> bool:
    version = store.read([person], now=NOW).people[person].version
    return person in store.settle([Settled(person, version, presence, due, until)])


def test_what_was_written_is_read(store: Store) -> None:
    lines: list[Line | Beat] = [
        Line("laptop", "one", NOW, NOW + 1.5),
        Line("laptop", "two", NOW + 1.25),
        Line("phone", "one", NOW),
    ]
    beats: list[Line | Beat] = [Beat("laptop", Status.AWAY, NOW, "here"), Beat("phone", Status.INVISIBLE, NOW + 0.125)]
    store.write([("alice", each) for each in (*lines, *beats)], now=NOW)
    snapshot = store.read(["alice", "bob"], now=NOW)
    assert set(snapshot.people) == {"alice"}
    assert set(snapshot.people["alice"].lines) == set(lines)
    assert set(snapshot.people["alice"].beats) == set(beats)
    assert snapshot.people["alice"].told == OFFLINE


def test_the_later_word_of_a_device_replaces_the_earlier(store: Store) -> None:
    for each in (Line("l", "one", NOW), Line("l", "one", NOW, NOW + 9), Beat("l", Status.AWAY, NOW)):
        store.write([("alice", each)], now=NOW)
    store.write([("alice", Beat("l", Status.ONLINE, NOW + 1))], now=NOW)
    alice = store.read(["alice"], now=NOW).people["alice"]
    assert alice.lines == [Line("l", "one", NOW, NOW + 9)]
    assert alice.beats == [Beat("l", Status.ONLINE, NOW + 1)]


def test_a_process_lives_as_long_as_it_says_so(store: Store) -> None:
    assert store.renew("one", now=NOW, until=NOW + 45) is False
    assert store.renew("one", now=NOW + 10, until=NOW + 55) is True
    assert store.read([], now=NOW + 54).living == {"one"}
    assert store.read([], now=NOW + 55).living == frozenset()


def test_the_people_of_a_dead_process_are_due(store: Store) -> None:
    come(store, "alice", "bob")
    come(store, "carol", process="two")
    assert all(settled(store, person) for person in ("alice", "bob", "carol"))
    store.renew("two", now=NOW, until=NOW + 100)
    assert store.claim(now=NOW + 46, limit=10, again_at=NOW + 50) == []
    assert store.bury(now=NOW + 46) == 1
    assert set(store.claim(now=NOW + 46, limit=10, again_at=NOW + 51)) == {"alice", "bob"}
    assert store.bury(now=NOW + 46) == 0
    assert store.renew("one", now=NOW + 47, until=NOW + 90) is False, "it must write its people again"


def test_who_is_due_is_claimed_once(store: Store) -> None:
    come(store, "alice", "bob", "carol")
    first = store.claim(now=NOW, limit=2, again_at=NOW + 5)
    second = store.claim(now=NOW, limit=2, again_at=NOW + 5)
    assert len(first) == 2
    assert {*first, *second} == {"alice", "bob", "carol"}
    assert store.claim(now=NOW + 4, limit=10, again_at=NOW + 9) == []
    assert len(store.claim(now=NOW + 5, limit=10, again_at=NOW + 10)) == 3, "nobody settled them"


def test_who_is_settled_is_due_when_it_says(store: Store) -> None:
    come(store, "alice", "bob")
    store.claim(now=NOW, limit=10, again_at=NOW + 5)
    assert settled(store, "alice", due=NOW + 300)
    assert settled(store, "bob")
    assert store.read(["alice"], now=NOW).people["alice"].told == ONLINE
    assert store.claim(now=NOW + 299, limit=10, again_at=NOW + 305) == []
    assert store.claim(now=NOW + 300, limit=10, again_at=NOW + 305) == ["alice"]


def test_what_was_written_meanwhile_is_not_passed_over(store: Store) -> None:
    come(store, "alice")
    old = store.read(["alice"], now=NOW).people["alice"].version
    store.claim(now=NOW, limit=10, again_at=NOW + 5)
    store.write([("alice", Beat("phone", Status.AWAY, NOW))], now=NOW)
    assert store.settle([Settled("alice", old, ONLINE, NEVER, NEVER)]) == set()
    assert store.read(["alice"], now=NOW).people["alice"].told == OFFLINE
    assert store.claim(now=NOW, limit=10, again_at=NOW + 5) == ["alice"]


def test_two_who_settle_the_same_tell_it_once(store: Store) -> None:
    """Both read before either settled; the second finds nothing changed when it looks again."""
    come(store, "alice")
    version = store.read(["alice"], now=NOW).people["alice"].version
    both = [store.settle([Settled("alice", version, ONLINE, NEVER, NEVER)]) for _ in range(2)]
    assert both == [{"alice"}, set()]


def test_what_is_stale_is_forgotten_and_in_the_end_everything(store: Store) -> None:
    laptop, beat = Line("laptop", "one", NOW, NOW + 1), Beat("laptop", Status.AWAY, NOW)
    store.write([("alice", laptop), ("alice", beat)], now=NOW)
    version = store.read(["alice"], now=NOW).people["alice"].version
    assert store.settle([Settled("alice", version, OFFLINE, NOW + 9, 0.0, (laptop,))])
    alice = store.read(["alice"], now=NOW).people["alice"]
    assert (alice.lines, alice.beats) == ([], [beat])
    assert store.settle([Settled("alice", alice.version, OFFLINE, NEVER, 0.0, (beat,))])
    assert store.read(["alice"], now=NOW).people == {}
    assert store.claim(now=NOW + 10, limit=10, again_at=NOW + 20) == []


def test_who_is_due_and_unknown_can_be_settled_too(store: Store) -> None:
    come(store, "alice")
    store.renew("one", now=NOW, until=NOW)
    laptop = Line("alice's laptop", "one", NOW)
    version = store.read(["alice"], now=NOW).people["alice"].version
    store.settle([Settled("alice", version, OFFLINE, NEVER, 0.0, (laptop,))])
    store.bury(now=NOW)
    assert store.claim(now=NOW, limit=10, again_at=NOW + 5) == ["alice"]
    assert store.settle([Settled("alice", "", OFFLINE, NEVER, 0.0)]) == {"alice"}
    assert store.claim(now=NOW + 9, limit=10, again_at=NOW + 20) == []


def test_counting_who_is_here_for_all_to_see(store: Store) -> None:
    come(store, "alice", "bob", "carol", "dan")
    settled(store, "alice")
    settled(store, "bob", Presence(Status.AWAY), until=NOW + 12)
    settled(store, "carol", Presence(Status.INVISIBLE))
    settled(store, "dan", OFFLINE, until=0.0)
    assert store.count(now=NOW + 1) == 2
    assert store.visible(["alice", "bob", "carol", "dan", "eve"], now=NOW + 1) == {"alice", "bob"}
    assert store.count(now=NOW + 12) == 1
    settled(store, "alice", Presence(Status.INVISIBLE))
    assert store.count(now=NOW + 12) == 0
    assert store.visible([], now=NOW) == set()


def test_a_note_is_kept_for_its_time(store: Store) -> None:
    now = time.time()
    assert store.once("typed", now=now, for_s=0.2)
    assert not store.once("typed", now=now, for_s=0.2)
    assert store.once("other", now=now, for_s=0.2)
    store.keep("typing", now=now, for_s=5)
    assert store.drop("typing", now=now)
    assert not store.drop("typing", now=now)
    deadline = time.time() + 2
    while not store.once("typed", now=time.time(), for_s=0.2):
        assert time.time() < deadline


CALLS: dict[str, Callable[[Store], object]] = {
    "renew": lambda store: store.renew("one", now=NOW, until=NOW),
    "bury": lambda store: store.bury(now=NOW),
    "write": lambda store: store.write([("alice", Beat("l", Status.AWAY, NOW))], now=NOW),
    "claim": lambda store: store.claim(now=NOW, limit=1, again_at=NOW),
    "read": lambda store: store.read(["alice"], now=NOW),
    "settle": lambda store: store.settle([Settled("alice", "1", OFFLINE, NEVER, 0.0)]),
    "visible": lambda store: store.visible(["alice"], now=NOW),
    "count": lambda store: store.count(now=NOW),
    "once": lambda store: store.once("n", now=NOW, for_s=1),
    "keep": lambda store: store.keep("n", now=NOW, for_s=1),
    "drop": lambda store: store.drop("n", now=NOW),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_redis_that_is_not_there_is_said_at_once(call: Callable[[Store], object]) -> None:
    store = RedisStore("redis://127.0.0.1:9")
    with pytest.raises(StoreAway):
        call(store)
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(StoreAway):
            call(store)
    assert time.monotonic() - began < 0.5, "after a failure nobody waits again"
