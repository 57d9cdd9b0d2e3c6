"""What another project may set in its REALTIME setting, with the defaults; numbers carry their unit in the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

PING_SECONDS = 25  # below the 30 s after which common proxies give up on a silent connection
TICK_S = 0.5  # how long a committed event may wait for its place when nobody nudges
HOLE_PATIENCE_S = 0.03  # batches may overtake each other: a hole is one only after this
LAYER_TIMEOUT_S = 1.0
RETRY_MS = (2000, 8000)  # `retry:` is random in this range, so that clients do not come back all at once
LIFETIME_S = (480, 720)  # a stream ends by itself at a random moment in this range
STALL_S = 9  # a write that blocks longer ends the stream: looked at once a second, so within 10 s
MAX_WAITING_FRAMES = 256
MAX_WAITING_BYTES = 1_048_576
REPLAY_BATCH = 500  # events a read
PLACE_BATCH = 1000  # events placed in one transaction
POLL_EVENTS = 200  # events an answer of a poll
POLL_WAIT_S = (25, 30)  # how long a poll waits unless it says, and at most
HANDOVER_S = 0.5  # deliveries are gathered for so long before the project is told of them
RING_EVENTS = 20_000  # recent events kept in memory for clients that come back
RING_BYTES = 16_777_216


def option(name: str, default: Any = None) -> Any:
    """The value of REALTIME[name]."""
    return getattr(settings, "REALTIME", {}).get(name, default)


def hook(name: str) -> Callable[..., Any] | None:
    """The function behind the dotted path REALTIME[name], or None where the project sets none."""
    path = option(name)
    return import_string(path) if path else None
