"""The cursor for snapshots: read it before the data, then live-update the data from it."""

from __future__ import annotations

from realtime import epoch, frames


def cursor_now() -> str:
    """The head of the log as a cursor, `<epoch>.<pos>`. One query."""
    head, current = epoch.head_and_epoch()
    return frames.cursor(current, head.pos)
