"""Everybody goes away at once, and comes back: what that costs the process with the streams."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from bench import brook, report
from bench.crowd import raise_file_limit
from bench.processes import pin_self

if TYPE_CHECKING:
    from bench.crowd import Crowd
    from bench.processes import Process

EVENT = "event: presence.changed"
SPARE_FILES = 200
MAX_PEOPLE = 500  # presence.telling
SETTLE_S = 15.0  # longer than whoever connects is news
HEAD = ["what happens", "people", "events", "of", "until the last s", "CPU µs an event", "CPU ms a change"]


def measure(server: brook.Brook, crowd: Crowd, people: Process, status: str, others: int) -> list[object]:
    """One row of the table, less its first cell."""
    crowd.report()
    cpu, begun = server.server.cpu_s(), time.monotonic()
    people.ask(status)
    received = crowd.wait_until_received(others * crowd.size, 10)
    took_s, cpu = time.monotonic() - begun, server.server.cpu_s() - cpu
    events_us, change_ms = cpu / max(received, 1) * 1e6, cpu / crowd.size * 1000
    return [crowd.size, received, others * crowd.size, took_s, events_us, change_ms]


def main() -> None:
    """Measure it."""
    parser = argparse.ArgumentParser(prog="bin/bench presence", description=__doc__)
    parser.add_argument("--streams", type=int, default=5000, help="people, each in a group of ten and one of all")
    options = parser.parse_args()
    pin_self()
    if options.streams > raise_file_limit() - SPARE_FILES:
        parser.error("this system allows fewer files than that")
    print(report.machine("uvicorn", "uvloop"))
    print("server and clients on a core each; PostgreSQL and Valkey on the clients'\n")
    with (
        brook.postgres(options.streams) as server,
        server.crowd(server.seeded["tokens"], counts=EVENT) as crowd,
        server.inside("beats") as people,
    ):
        people.hear()
        crowd.connect()
        time.sleep(SETTLE_S)
        # A conversation of more than so many people carries no changes.
        others = (crowd.size if crowd.size <= MAX_PEOPLE else brook.GROUP_SIZE) - 1
        rows = [
            [what, *measure(server, crowd, people, status, others)]
            for what, status in (("all go away", "away"), ("all are back", "online"))
        ]
    print(report.table(HEAD, rows))
