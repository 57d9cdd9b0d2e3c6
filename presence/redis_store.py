"""Presence in Redis or Valkey, for any number of processes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import redis

from presence.states import NEVER, OFFLINE, Beat, Devices, Line, Presence, Status
from presence.store import Snapshot, Store, StoreAway
from realtime.quick_redis import quick_redis

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from presence.store import Change, Settled

TIMEOUT_S = 0.5  # of each answer
BREAK_S = 2.0  # after a failure nobody waits again for this long
FORGOTTEN_AFTER_S = 86_400  # of whom nothing was written; streams end, and are written again, every few minutes
PREFIX = "brook:{presence}:"  # the braces keep all keys on one node of a cluster
PROCESSES, DUE, VISIBLE = PREFIX + "processes", PREFIX + "due", PREFIX + "visible"
PERSON, PEOPLE_OF, NOTE = PREFIX + "person:", PREFIX + "people:", PREFIX + "note:"
TOLD, VERSION = "told", "version"

# Each script is one moment for everybody. ARGV[1] is the time.
BURY = """
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
for _, process in ipairs(dead) do
  for _, person in ipairs(redis.call('SMEMBERS', ARGV[2] .. process)) do
    redis.call('ZADD', KEYS[2], ARGV[1], person)
  end
  redis.call('DEL', ARGV[2] .. process)
  redis.call('ZREM', KEYS[1], process)
end
return #dead
"""
CLAIM = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, person in ipairs(due) do
  redis.call('ZADD', KEYS[1], ARGV[3], person)
end
return due
"""
SETTLE = """
local user, version, told, due, visible = unpack(ARGV, 1, 5)
if (redis.call('HGET', KEYS[1], 'version') or '') ~= version then
  return 0
end
for index = 6, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[index])
end
if version ~= '' then
  redis.call('HSET', KEYS[1], 'told', told)
  redis.call('HINCRBY', KEYS[1], 'version', 1)
  if redis.call('HLEN', KEYS[1]) == 2 then
    redis.call('DEL', KEYS[1])
  end
end
if due == '' then redis.call('ZREM', KEYS[2], user) else redis.call('ZADD', KEYS[2], due, user) end
if visible == '' then redis.call('ZREM', KEYS[3], user) else redis.call('ZADD', KEYS[3], visible, user) end
return 1
"""


class RedisStore(Store):
    """For any number of processes; safe in threads, and after a fork."""

    def __init__(self, url: str) -> None:
        self._redis = quick_redis(url, TIMEOUT_S)
        self._bury = self._redis.register_script(BURY)
        self._claim = self._redis.register_script(CLAIM)
        self._settle = self._redis.register_script(SETTLE)
        self._closed_until = 0.0

    @contextmanager
    def _answering(self) -> Iterator[None]:
        if time.monotonic() < self._closed_until:
            raise StoreAway("did not answer a moment ago")
        try:
            yield
        except redis.RedisError as error:
            self._closed_until = time.monotonic() + BREAK_S
            raise StoreAway(repr(error)) from error

    def renew(self, process: str, *, now: float, until: float) -> bool:
        with self._answering(), self._redis.pipeline() as pipe:
            pipe.zscore(PROCESSES, process)
            pipe.zadd(PROCESSES, {process: until})
            return pipe.execute()[0] is not None

    def bury(self, *, now: float) -> int:
        with self._answering():
            return int(self._bury(keys=[PROCESSES, DUE], args=[now, PEOPLE_OF]))

    def write(self, changes: Collection[Change], *, now: float) -> None:
        with self._answering(), self._redis.pipeline() as pipe:
            for user_id, change in changes:
                person = PERSON + user_id
                pipe.hset(person, _field(change), _value(change))
                pipe.hincrby(person, VERSION, 1)
                pipe.expire(person, FORGOTTEN_AFTER_S)
                if isinstance(change, Line):
                    pipe.sadd(PEOPLE_OF + change.process, user_id)
            if changes:
                pipe.zadd(DUE, {user_id: now for user_id, _change in changes})
            pipe.execute()

    def claim(self, *, now: float, limit: int, again_at: float) -> list[str]:
        with self._answering():
            return list(self._claim(keys=[DUE], args=[now, limit, again_at]))

    def read(self, user_ids: Iterable[str], *, now: float) -> Snapshot:
        asked = list(user_ids)
        with self._answering(), self._redis.pipeline() as pipe:
            pipe.zrangebyscore(PROCESSES, f"({now}", "+inf")
            for user_id in asked:
                pipe.hgetall(PERSON + user_id)
            living, *hashes = pipe.execute()
        people = {user_id: _devices(found) for user_id, found in zip(asked, hashes, strict=True) if found}
        return Snapshot(people, frozenset(living))

    def settle(self, people: Collection[Settled]) -> set[str]:
        with self._answering(), self._redis.pipeline(transaction=False) as pipe:
            for each in people:
                told = f"{each.presence.status}|{each.presence.conversation_id or ''}"
                due = "" if each.due == NEVER else each.due
                visible = each.until if each.presence.is_visible else ""
                args = [each.user_id, each.version, told, due, visible, *map(_field, each.stale)]
                self._settle(keys=[PERSON + each.user_id, DUE, VISIBLE], args=args, client=pipe)
            answers = pipe.execute()
        return {each.user_id for each, answer in zip(people, answers, strict=True) if answer}

    def visible(self, user_ids: Collection[str], *, now: float) -> set[str]:
        if not user_ids:
            return set()
        with self._answering():
            found: Any = self._redis.zmscore(VISIBLE, list(user_ids))
        return {user_id for user_id, until in zip(user_ids, found, strict=True) if until is not None and until > now}

    def count(self, *, now: float) -> int:
        with self._answering():
            # Where no process is left that would bury the others, open streams are none.
            some_live = self._redis.zcount(PROCESSES, f"({now}", "+inf")
            found: Any = self._redis.zcount(VISIBLE, f"({now}", "+inf" if some_live else "(+inf")
        return int(found)

    def once(self, name: str, *, now: float, for_s: float) -> bool:
        with self._answering():
            return bool(self._redis.set(NOTE + name, "1", nx=True, px=int(for_s * 1000)))

    def keep(self, name: str, *, now: float, for_s: float) -> None:
        with self._answering():
            self._redis.set(NOTE + name, "1", px=int(for_s * 1000))

    def drop(self, name: str, *, now: float) -> bool:
        with self._answering():
            return bool(self._redis.delete(NOTE + name))


# --- how a device is written ------------------------------------------------------------------------------------------
def _field(change: Line | Beat) -> str:
    return f"line|{change.process}|{change.session}" if isinstance(change, Line) else f"beat|{change.session}"


def _value(change: Line | Beat) -> str:
    if isinstance(change, Line):
        return f"{change.opened_at}|{'' if change.closed_at is None else change.closed_at}"
    return f"{change.status}|{change.at}|{change.conversation_id or ''}"


def _devices(found: dict[str, str]) -> Devices:
    devices = Devices(version=found.pop(VERSION, ""), told=_told(found.pop(TOLD, "")))
    for name, value in found.items():
        kind, *rest = name.split("|")
        if kind == "line":
            opened_at, closed_at = value.split("|")
            process, session = rest
            line = Line(session, process, float(opened_at), float(closed_at) if closed_at else None)
            devices.lines.append(line)
        else:
            status, at, conversation_id = value.split("|")
            devices.beats.append(Beat(rest[0], Status(status), float(at), conversation_id or None))
    return devices


def _told(text: str) -> Presence:
    if not text:
        return OFFLINE
    status, conversation_id = text.split("|")
    return Presence(Status(status), conversation_id or None)
