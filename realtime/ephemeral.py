"""Telling passing events to whoever has a stream open now: no row, no id, nothing to resume; allowed to be lost.

Whatever must not be lost is an event of the log (`realtime.log.append`).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from realtime import broadcast, hub, nudge

if TYPE_CHECKING:
    from collections.abc import Collection

    from realtime.passing import Passing

EVENTS_A_MESSAGE = 200  # in one message of the channel layer


def send(events: Collection[Passing]) -> None:
    """Tell the live streams of all processes, from any thread of any of them. Never waits, never fails.

    Many events at once are few messages between processes, and one write for each stream.
    """
    if not events:
        return
    own = hub.running()
    if own is not None:
        with contextlib.suppress(RuntimeError):  # its loop was closed this moment: nobody is left to be told
            own.loop.call_soon_threadsafe(_send_from, own, list(events))
    elif broadcast.layer_is_shared():
        for rows in _messages(events):
            nudge.background().send(broadcast.PASSING, events=rows, origin="")


def _send_from(own: hub.Hub, events: list[Passing]) -> None:
    # Straight to the own streams, which with Redis dead are all that is reached; `origin` keeps the echo out.
    own.pass_on(events)
    for rows in _messages(events):
        own.tell(broadcast.PASSING, events=rows, origin=own.name)


def _messages(events: Collection[Passing]) -> list[list[Any]]:
    rows = [event.row() for event in events]
    return [rows[start : start + EVENTS_A_MESSAGE] for start in range(0, len(rows), EVENTS_A_MESSAGE)]
