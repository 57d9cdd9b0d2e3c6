"""Follows the log in the worker: what happened becomes notifications, within a second or so.

Sending never waits for it: it reads without locks, and writes in one transaction what came of it and how far it is.
"""

from __future__ import annotations

import contextlib

from notifications import actions
from notifications.happenings import HANDLERS, Happenings
from realtime import readers

READER = "notifications"
EVENTS_AT_ONCE = 200


def follow() -> None:
    """Read on to the end of the log, then tell what changed. For a job; any number of workers may do it at once."""
    while True:
        part = readers.next_part(READER, types=HANDLERS, limit=EVENTS_AT_ONCE)
        if not part.is_empty:
            happenings = Happenings(part.events)
            with contextlib.suppress(readers.Overtaken):  # another worker was quicker: what comes next?
                actions.carry_out(part, happenings.changes(), happenings.outcomes, happenings.now)
        if len(part.events) < EVENTS_AT_ONCE:
            break
    actions.tell_changes()
