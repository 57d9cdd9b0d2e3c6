"""The cursor for snapshots: read it before the data, then live-update the data from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realtime import epoch, frames
from realtime.asking import together

if TYPE_CHECKING:
    from realtime.asking import Asked


def cursor_now() -> str:
    """The head of the log as a cursor, `<epoch>.<pos>`. One query."""
    head, current = epoch.head_and_epoch()
    return frames.cursor(current, head.pos)


def with_cursor(*asked: Asked[Any]) -> tuple[str, list[list[Any]]]:
    """The cursor, and what was asked after it, in one round trip where the database can."""
    [[row], *found] = together(epoch.asking(), *asked)
    head, current = epoch.of_row(row)
    return frames.cursor(current, head.pos), found
