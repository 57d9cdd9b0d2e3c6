"""Presence in the memory of the only process."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from presence.states import NEVER, OFFLINE, Beat, Devices, Line
from presence.store import Snapshot, Store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from presence.states import Presence
    from presence.store import Change, Settled

Key = tuple[str, ...]
NOTES_BEFORE_TIDYING = 10_000


@dataclass(slots=True)
class _Person:
    devices: dict[Key, Line | Beat] = field(default_factory=dict)
    told: Presence = OFFLINE
    version: int = 0


class MemoryStore(Store):
    """For one process; its threads take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[str, float] = {}
        self._people_of: dict[str, set[str]] = {}
        self._people: dict[str, _Person] = {}
        self._due: dict[str, float] = {}
        self._visible: dict[str, float] = {}
        self._notes: dict[str, float] = {}

    def renew(self, process: str, *, now: float, until: float) -> bool:
        with self._lock:
            known = process in self._processes
            self._processes[process] = until
            return known

    def bury(self, *, now: float) -> int:
        with self._lock:
            dead = [process for process, until in self._processes.items() if until <= now]
            for process in dead:
                del self._processes[process]
                self._due.update(dict.fromkeys(self._people_of.pop(process, ()), now))
            return len(dead)

    def write(self, changes: Collection[Change], *, now: float) -> None:
        with self._lock:
            for user_id, change in changes:
                person = self._people.setdefault(user_id, _Person())
                person.devices[_key(change)] = change
                person.version += 1
                self._due[user_id] = now
                if isinstance(change, Line):
                    self._people_of.setdefault(change.process, set()).add(user_id)

    def claim(self, *, now: float, limit: int, again_at: float) -> list[str]:
        with self._lock:
            due = sorted((moment, user_id) for user_id, moment in self._due.items() if moment <= now)
            claimed = [user_id for _moment, user_id in due[:limit]]
            self._due.update(dict.fromkeys(claimed, again_at))
            return claimed

    def read(self, user_ids: Iterable[str], *, now: float) -> Snapshot:
        with self._lock:
            people = {user_id: self._people[user_id] for user_id in user_ids if user_id in self._people}
            living = frozenset(process for process, until in self._processes.items() if until > now)
            return Snapshot({user_id: _devices(person) for user_id, person in people.items()}, living)

    def settle(self, people: Collection[Settled]) -> set[str]:
        with self._lock:
            return {settled.user_id for settled in people if self._settle(settled)}

    def _settle(self, settled: Settled) -> bool:
        user_id, person = settled.user_id, self._people.get(settled.user_id)
        if settled.version != (str(person.version) if person else ""):
            return False
        _put(self._due, user_id, settled.due if settled.due != NEVER else None)
        _put(self._visible, user_id, settled.until if settled.presence.is_visible else None)
        if person is not None:
            person.told = settled.presence
            person.version += 1
            for each in settled.stale:
                person.devices.pop(_key(each), None)
            if not person.devices:
                del self._people[user_id]
        return True

    def visible(self, user_ids: Collection[str], *, now: float) -> set[str]:
        with self._lock:
            return {user_id for user_id in user_ids if self._visible.get(user_id, 0.0) > now}

    def count(self, *, now: float) -> int:
        with self._lock:
            return sum(until > now for until in self._visible.values())

    def once(self, name: str, *, now: float, for_s: float) -> bool:
        with self._lock:
            first = self._notes.get(name, 0.0) <= now
            if first:
                self._note(name, now, for_s)
            return first

    def keep(self, name: str, *, now: float, for_s: float) -> None:
        with self._lock:
            self._note(name, now, for_s)

    def drop(self, name: str, *, now: float) -> bool:
        with self._lock:
            return self._notes.pop(name, 0.0) > now

    def _note(self, name: str, now: float, for_s: float) -> None:
        if len(self._notes) >= NOTES_BEFORE_TIDYING:
            self._notes = {each: until for each, until in self._notes.items() if until > now}
        self._notes[name] = now + for_s


def _key(change: Line | Beat) -> Key:
    return (change.session, change.process) if isinstance(change, Line) else (change.session,)


def _devices(person: _Person) -> Devices:
    lines = [each for each in person.devices.values() if isinstance(each, Line)]
    beats = [each for each in person.devices.values() if isinstance(each, Beat)]
    return Devices(lines, beats, person.told, str(person.version))


def _put(places: dict[str, float], user_id: str, value: float | None) -> None:
    if value is None:
        places.pop(user_id, None)
    else:
        places[user_id] = value
