"""What the devices of a person add up to. No store and no clock in here: everything is handed in.

A device is a session: a log-in in a browser or a program. It is there by its open streams (a `Line` for each process
that holds some) and by its heartbeats (the latest is its `Beat`). docs/presence.md says what follows from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

LINGER_S = 12.0  # a device whose last stream or poll ended is still there: it may be coming back (polls: every 10 s)
AWAY_AFTER_S = 300.0  # without a heartbeat that says "online"
KEPT_S = 300.0  # how long is remembered what a device said that has gone
NEVER = float("inf")


class Status(StrEnum):
    """How present a person is; others see `invisible` as `offline`."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"
    INVISIBLE = "invisible"


@dataclass(frozen=True, slots=True)
class Line:
    """The streams of one device in one process, taken as one. Times are seconds since 1970."""

    session: str
    process: str
    opened_at: float
    closed_at: float | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What a device said last."""

    session: str
    status: Status
    at: float
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """What a person is, all devices together."""

    status: Status = Status.OFFLINE
    conversation_id: str | None = None

    @property
    def seen(self) -> Presence:
        """The same as others see it."""
        return OFFLINE if self.status == Status.INVISIBLE else self

    @property
    def is_visible(self) -> bool:
        """Whether others see the person here."""
        return self.status in {Status.ONLINE, Status.AWAY}


OFFLINE = Presence()


@dataclass(slots=True)
class Devices:
    """What is known of a person's devices, and what was last told of the person."""

    lines: list[Line] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    told: Presence = OFFLINE
    version: str = ""  # changes with everything that is written


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the devices add up to, and for how long if nothing is heard of them."""

    presence: Presence
    due: float = NEVER  # when to look again
    until: float = 0.0  # when the person goes
    stale: tuple[Line | Beat, ...] = ()  # what needs no longer be known


def add_up(devices: Devices, *, living: Iterable[str], now: float, ttl_s: float) -> Outcome:
    """What a person's devices add up to.

    Args:
        devices: all that is known of them.
        living: the processes that are known to live; the streams of others are gone.
        now: seconds since 1970.
        ttl_s: how long a heartbeat counts without a stream.
    """
    alive = frozenset(living)
    sessions = [_Session(lines, beat, now, ttl_s) for lines, beat in _by_session(devices, alive)]
    there = [session for session in sessions if session.is_there]
    buried = [line for line in devices.lines if line.closed_at is None and line.process not in alive]
    return Outcome(
        presence=_most_present(there, hidden=any(session.hides for session in sessions)),
        due=min((moment for session in sessions for moment in session.turns() if moment > now), default=NEVER),
        until=max((session.until for session in there), default=0.0),
        stale=(*buried, *(each for session in sessions for each in session.stale())),
    )


def _by_session(devices: Devices, alive: frozenset[str]) -> Iterator[tuple[list[Line], Beat | None]]:
    lines = [line for line in devices.lines if line.closed_at is not None or line.process in alive]
    beats = {beat.session: beat for beat in devices.beats}
    for name in {line.session for line in lines} | beats.keys():
        yield [line for line in lines if line.session == name], beats.get(name)


def _most_present(there: list[_Session], *, hidden: bool) -> Presence:
    if not there:
        return OFFLINE
    if hidden:
        return Presence(Status.INVISIBLE)
    status = Status.ONLINE if any(session.status == Status.ONLINE for session in there) else Status.AWAY
    latest = max((session for session in there if session.status == status), key=lambda session: session.spoke_at)
    return Presence(status, latest.conversation_id)


class _Session:
    """One device at one moment."""

    def __init__(self, lines: list[Line], beat: Beat | None, now: float, ttl_s: float) -> None:
        self._lines = lines
        self._beat = beat
        self._now = now
        self._closed_at = max((line.closed_at for line in lines if line.closed_at is not None), default=0.0)
        is_open = any(line.closed_at is None for line in lines)
        self._connected_until = NEVER if is_open else self._closed_at + LINGER_S if lines else 0.0
        is_connected = self._connected_until > now
        # A heartbeat of before the last stream ended says nothing about what came after.
        beats_until = beat.at + ttl_s if beat is not None and (is_connected or beat.at > self._closed_at) else 0.0
        self.until = max(self._connected_until, beats_until)
        self.is_there = self.until > now
        since = _connected_since(lines)
        counts = beat is not None and (beats_until > now or (is_connected and beat.at >= since))
        # Coming is as good as saying "online".
        self._said = beat if beat is not None and counts else Beat("", Status.ONLINE, since)

    @property
    def spoke_at(self) -> float:
        """When it last said something, or came."""
        return self._said.at

    @property
    def conversation_id(self) -> str | None:
        """What it has open."""
        return self._said.conversation_id

    @property
    def status(self) -> Status:
        """Online or away, as it said; away after saying nothing for long."""
        is_idle = self._said.at + AWAY_AFTER_S <= self._now
        return Status.AWAY if is_idle or self._said.status == Status.AWAY else Status.ONLINE

    @property
    def hides(self) -> bool:
        """Whether it hides its person: as long as it is there, and a while longer, or a lost connection would show
        them on another device."""
        is_hiding = self._beat is not None and self._beat.status == Status.INVISIBLE
        return is_hiding and (self.is_there or self._kept_until > self._now)

    @property
    def _kept_until(self) -> float:
        return max(self._beat.at if self._beat is not None else 0.0, self._closed_at) + KEPT_S

    def turns(self) -> Iterator[float]:
        """When it may come to something else by itself."""
        yield self._said.at + AWAY_AFTER_S
        if self.until != NEVER:
            yield self.until
            yield self._kept_until

    def stale(self) -> Iterator[Line | Beat]:
        """What of it needs no longer be known."""
        for line in self._lines:
            if line.closed_at is not None and line.closed_at + KEPT_S <= self._now:
                yield line
        if self._beat is not None and not self.is_there and self._kept_until <= self._now:
            yield self._beat


def _connected_since(lines: list[Line]) -> float:
    """Since when there has been a stream without a break worth the name."""
    since, reaches = 0.0, -NEVER
    for line in sorted(lines, key=lambda line: line.opened_at):
        if line.opened_at > reaches:
            since = line.opened_at
        reaches = max(reaches, NEVER if line.closed_at is None else line.closed_at + LINGER_S)
    return since
