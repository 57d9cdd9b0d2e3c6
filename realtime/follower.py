"""Follows the log in order, without a hole and nothing twice, and places what waits for its place.

The channel layer brings events fast; the log has them for certain. A follower that sees a hole, or hears nothing while
the head moves, reads the log. Everything here runs on one event loop; only `pool` touches the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, InterfaceError

from realtime import broadcast, conf, epoch, log, metrics, sequencer
from realtime.log import PlacedEvent
from realtime.passing import Passing
from realtime.pool import DatabasePool

if TYPE_CHECKING:
    from collections.abc import Coroutine

logger = logging.getLogger(__name__)

FULL_LOOK_S = 60.0  # now and then from id 0: a transaction may have been open for longer than we remember ids
LOCKED_RETRY_S = 0.004  # somebody else is placing: look again soon
FAILED_RETRY_S = 0.5


class LogFollower(ABC):
    """A process's place in the log. `deliver` gets every event once and in order."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = secrets.token_hex(8)  # tells this process from the others
        self.pool = DatabasePool("realtime")
        self.pos = 0
        self.floor = 0
        self.epoch = ""
        self.lag_s: float | None = None  # of the last batch: from writing to the sockets
        self._nonce = ""
        self._layer = broadcast.Layer()
        self._early: dict[int, PlacedEvent] = {}  # arrived ahead of a hole
        self._ready = asyncio.Event()
        self._wake = asyncio.Event()
        self._repairing = asyncio.Lock()
        self._behind_at: int | None = None  # our place when the head was last seen beyond it
        self._scan_from = 0  # the highest id placed a minute ago or earlier
        self._scan_later = 0  # the same as of the last full look
        self._scan_next = 0
        self._scan_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    def deliver(self, event: PlacedEvent) -> None:
        """Take the event that follows the last one; `pos` is its place already."""

    @abstractmethod
    def reset(self, reason: str) -> None:
        """Our place means nothing any more; `epoch` and `pos` are the new ones already."""

    @abstractmethod
    def pass_on(self, events: list[Passing]) -> None:
        """Take passing events, in no order to the others."""

    @abstractmethod
    def hear_of_streams(self, message: dict[str, Any]) -> None:
        """Take what another process tells of its streams."""

    # --- life ---------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Begin to follow the log; `wait_ready` returns once the database has answered."""
        self.spawn(self._sequence_for_ever())
        if broadcast.layer_is_shared():
            self.spawn(self._layer.send_for_ever())
            self.spawn(self._layer.listen_for_ever(self._on_message))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work on the loop until it ends or the follower stops."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def is_ready(self) -> bool:
        """Whether the place in the log is known and the database answered last time."""
        return self._ready.is_set()

    async def wait_ready(self, timeout_s: float) -> bool:
        """Whether the place in the log is known, waiting for it at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._ready.wait()
        return self._ready.is_set()

    async def stop(self) -> None:
        """End all work."""
        while pending := set(self._tasks):
            for task in pending:
                task.cancel()
            # Again if need be: redis-py swallows a cancellation that hits it while it connects.
            await asyncio.wait(pending, timeout=1)
        await self._layer.close()
        self.pool.close()

    # --- in order -----------------------------------------------------------------------------------------------------
    def receive(self, events: list[PlacedEvent]) -> None:
        """Take placed events, whoever brought them; deliver what continues our place, keep what is ahead of it."""
        for event in events:
            if event.pos == self.pos + 1:
                self._advance(event)
            elif event.pos > self.pos:
                self._early[event.pos] = event
        while self._early and (next_event := self._early.pop(self.pos + 1, None)):
            self._advance(next_event)
        if self._early:
            self.loop.call_later(conf.HOLE_PATIENCE_S, self._look_for_hole, self.pos)

    def _advance(self, event: PlacedEvent) -> None:
        self.pos = event.pos
        self._early.pop(event.pos, None)
        self.deliver(event)

    def _on_message(self, message: dict[str, Any]) -> None:
        if message["type"] == broadcast.NUDGE:
            self.wake()
        elif message["type"] == broadcast.BATCH and self._ready.is_set():
            self.receive([PlacedEvent(*row) for row in message["events"]])
            if written_at := message.get("at"):
                self.lag_s = metrics.delivered(written_at)
        elif message["type"] == broadcast.PASSING and message["origin"] != self.name:
            self.pass_on([Passing(*row) for row in message["events"]])
        elif message["type"] == broadcast.STREAMS:
            self.hear_of_streams(message)

    @property
    def layer_state(self) -> str:
        """How the channel layer is: "memory" (one process, none needed), "ok", or "away"."""
        if not broadcast.layer_is_shared():
            return "memory"
        return "away" if self._layer.is_broken else "ok"

    def tell(self, kind: str, **message: Any) -> None:
        """Send to the other processes; call it on the loop."""
        self._layer.send(kind, **message)

    # --- the log ------------------------------------------------------------------------------------------------------
    def wake(self) -> None:
        """Something was committed: place it now rather than at the next tick."""
        self._wake.set()

    @property
    def is_awake(self) -> bool:
        """Whether the next look is still to come: it finds all that was committed until now. From any thread."""
        return self._wake.is_set()

    async def _sequence_for_ever(self) -> None:
        while True:
            try:
                if not self._ready.is_set():
                    await self._find_place()
                nudged = await self._wait_for_wake()
                await self._look(nudged=nudged)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("the log cannot be read, trying again: %s", str(error).strip().splitlines()[:1])
                self._ready.clear()  # what comes back may be a restored or promoted database
                await asyncio.sleep(FAILED_RETRY_S)
            except Exception:
                logger.exception("the log was not advanced, trying again")
                await asyncio.sleep(FAILED_RETRY_S)

    async def _find_place(self) -> None:
        """Learn epoch and head, at the start and after the database was away."""
        state, current_epoch = await self.pool.run(epoch.settle, self.epoch, self.pos)
        first = not self.epoch
        if not first and (current_epoch != self.epoch or state.pos < self.pos):
            self.epoch, self.pos = current_epoch, state.pos
            self._early.clear()
            self.reset("log_restarted")
        elif first:
            self.epoch, self.pos = current_epoch, state.pos
        self.floor, self._nonce = state.floor, state.nonce
        self._behind_at = self.pos  # what was placed meanwhile is read at the next look
        self._ready.set()
        self.wake()

    async def _wait_for_wake(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(conf.TICK_S):
                await self._wake.wait()
        nudged = self._wake.is_set()
        self._wake.clear()
        return nudged

    async def _look(self, *, nudged: bool) -> None:
        task = sequencer.place if nudged else sequencer.look
        before, began = self.pos, time.monotonic()
        outcome = await self.pool.run(task, from_id=self._first_id())
        took_s = time.monotonic() - began
        if outcome.placed:
            self._scan_next = max(self._scan_next, outcome.last_id)
            written_at = outcome.oldest.timestamp() if outcome.oldest else 0.0
            metrics.SEQUENCER_WAIT.observe(max(0.0, time.time() - written_at))
            self.receive(outcome.placed)
            self._layer.send(broadcast.BATCH, events=[event.row() for event in outcome.placed], at=written_at)
            self.lag_s = metrics.delivered(written_at)
            metrics.SEQUENCER_BATCH.observe(len(outcome.placed))
            metrics.SEQUENCER_TIME.observe(took_s)
        if outcome.more:
            self.loop.call_later(LOCKED_RETRY_S if not outcome.placed else 0, self.wake)
        if outcome.head is not None:
            await self._compare(outcome.head, before)

    def _first_id(self) -> int:
        """Below which id everything is surely placed, or 0 once a minute to look at all."""
        now = time.monotonic()
        if now - self._scan_at > FULL_LOOK_S:
            self._scan_at = now
            # Not the highest id of now: a transaction that is open during this look has a lower one.
            self._scan_from, self._scan_later = self._scan_later, self._scan_next
            return 0
        return self._scan_from

    async def _compare(self, head: log.HeadState, before: int) -> None:
        """Hold our place (`before` the head was read) against it: behind for two looks, the layer lost something."""
        self.floor = head.floor
        if head.pos < before or head.nonce != self._nonce:
            self._ready.clear()
        elif head.pos <= self.pos:
            self._behind_at = None
        elif self._behind_at == self.pos or self._layer.is_broken:
            self._layer.note_miss()
            metrics.HOLES_REPAIRED.inc()
            await self._repair(head.pos)
        else:
            self._behind_at = self.pos

    async def catch_up_with_log(self) -> None:
        """Read the log up to its head now, without waiting for the layer."""
        await self._repair((await self.pool.run(log.head)).pos)

    def _look_for_hole(self, pos: int) -> None:
        if self.pos == pos and self._early:
            self.spawn(self._repair_hole(max(self._early)))

    async def _repair_hole(self, upto: int) -> None:
        metrics.HOLES_REPAIRED.inc()
        with contextlib.suppress(DatabaseError, InterfaceError):  # then the next look finds us behind
            await self._repair(upto)

    async def _repair(self, upto: int) -> None:
        """Read from the log what the layer did not bring."""
        async with self._repairing:
            while self.pos < upto:
                events = await self.pool.run(log.read, after=self.pos, upto=upto, limit=conf.REPLAY_BATCH)
                if self.pos >= upto:
                    return  # the layer was faster after all
                missing = [event for event in events if event.pos > self.pos]
                if not missing or missing[0].pos != self.pos + 1:
                    # Pruned away, or lost with a restored database: nobody can prove completeness.
                    self.pos = upto
                    self._early.clear()
                    self.reset("log_gap")
                    return
                self.receive(missing)
