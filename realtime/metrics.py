"""What Prometheus is told of this process. docs/metrics.md says what each is for; docs/grafana.json draws them.

`config.metrics` serves them; nothing here is looked at otherwise. All are cheap enough for each event, none is for each
delivery.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from realtime.hub import Hub

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
RECONNECT_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
BATCH_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


STREAMS_OPEN = Gauge("brook_streams_open", "Open streams of this process.")
POLLS_WAITING = Gauge("brook_polls_waiting", "Long polls of this process that wait.")
LOG_POSITION = Gauge("brook_log_position", "How far in the log this process is.")
CONNECTS = Counter("brook_stream_connects", "Streams opened: new, resumed from a cursor, or reset.", ["how"])
ENDS = Counter("brook_stream_ends", "Streams ended, by what ended them: why clients reconnect.", ["reason"])
POLLS = Counter("brook_polls", "Polls answered: with events, empty after waiting, or with a reset.", ["how"])
REFUSED = Counter("brook_streams_refused", "Streams and polls answered 503: full, or without the log.")
SLOW_READER_CUTS = Counter("brook_slow_reader_cuts", "Streams cut off because their client did not read.")
EVENTS = Counter("brook_events", "Durable events handed out by this process, by type.", ["type"])
DELIVERY_LAG = Histogram(
    "brook_delivery_lag_seconds",
    "From the writing of an event to its bytes on the sockets; of each batch the oldest.",
    buckets=SECONDS,
)
SEQUENCER_BATCH = Histogram("brook_sequencer_batch_events", "Events placed at once.", buckets=BATCH_EVENTS)
SEQUENCER_WAIT = Histogram(
    "brook_sequencer_wait_seconds",
    "How long events waited for their place; of each batch the oldest.",
    buckets=SECONDS,
)
SEQUENCER_TIME = Histogram("brook_sequencer_seconds", "How long placing a batch took.", buckets=SECONDS)
HOLES_REPAIRED = Counter("brook_holes_repaired", "How often the log was read for what the channel layer did not bring.")
LAYER_ERRORS = Counter("brook_layer_errors", "Failures of the channel layer (Redis).")
RESETS = Counter("brook_resets", "How often all streams of this process were told to reload.", ["reason"])

AUTOMATIC = Counter("brook_automatic", "What the server did by itself against spam.", ["rule", "step"])

CLIENT_CONNECTS = Counter("brook_client_connects", "Connections that clients say they made.")
CLIENT_FAILURES = Counter("brook_client_failures", "Tries to connect that clients say failed.")
CLIENT_PARSE_ERRORS = Counter("brook_client_parse_errors", "Events that clients say they could not read.")
CLIENT_POLLS = Counter("brook_client_polls", "Polls that clients say they made instead of a stream.")
CLIENT_RECONNECT = Histogram(
    "brook_client_reconnect_seconds", "How long clients say they were without a connection.", buckets=RECONNECT_SECONDS
)


def watch(hub: Hub) -> None:
    """Read from this hub what is read when somebody asks."""
    STREAMS_OPEN.set_function(lambda: hub.allowance.here)
    POLLS_WAITING.set_function(lambda: len(hub.streams) - hub.allowance.here)
    LOG_POSITION.set_function(lambda: hub.pos)


def delivered(written_at: float) -> float:
    """Note that an event written at this time (seconds since 1970) is on the sockets; how many seconds that took."""
    lag_s = max(0.0, time.time() - written_at)
    DELIVERY_LAG.observe(lag_s)
    return lag_s
