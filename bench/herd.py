"""A herd comes back: thousands of streams resume at once, each with events that it missed."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING

from bench import brook, report
from bench.crowd import raise_file_limit
from bench.http import request_bytes
from bench.processes import pin_self

if TYPE_CHECKING:
    from bench.crowd import Crowd

SPARE_FILES = 200
APPEND_RATE = 50  # events a second, while nobody is connected
HEAD = ["a herd comes back to", "streams", "missed each", "all have all after s", "CPU ms each", "KB a stream", "lost"]


def measure(server: brook.Brook, crowd: Crowd, missed: int, patience_s: float) -> list[object]:
    """One row of the table, less its first cell."""
    cpu, empty_kb = server.server.cpu_s(), server.server.memory_kb()
    begun = time.monotonic()
    crowd.connect()
    received = crowd.wait_until_received(missed * crowd.size, patience_s)
    took_s = time.monotonic() - begun
    cpu_ms = (server.server.cpu_s() - cpu) / crowd.size * 1000
    kb = (server.server.memory_kb() - empty_kb) / crowd.size
    return [crowd.size, missed, took_s, cpu_ms, kb, missed * crowd.size - received]


def cursor_now(server: brook.Brook) -> str:
    """Where the log is."""
    connection = server.connection()
    token = server.seeded["tokens"][0]
    answer = connection.ask(request_bytes("GET", "/api/realtime/poll?wait=0", token=token))
    connection.close()
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["cursor"])


def main() -> None:
    """Measure a process that has been there all along, and one that has just started."""
    parser = argparse.ArgumentParser(prog="bin/bench herd", description=__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    parser.add_argument("--missed", type=int, default=20, help="events that each of them missed")
    parser.add_argument(
        "--groups", type=int, default=5, help="groups of ten that each person is in, beside that of all"
    )
    parser.add_argument(
        "--patience", type=float, default=5, help="seconds without an event after which the rest is lost"
    )
    options = parser.parse_args()
    pin_self()
    if options.streams > raise_file_limit() - SPARE_FILES:
        parser.error("this system allows fewer files than that")
    print(report.machine("uvicorn", "uvloop"))
    print("server and clients on a core each; PostgreSQL and Valkey on the clients'\n")
    rows = []
    with brook.postgres(options.streams, options.groups) as server:
        with server.inside("append", server.seeded["everybody"]) as writer:
            writer.hear()
            cursor = cursor_now(server)
            writer.ask(f"{APPEND_RATE} {options.missed / APPEND_RATE}")
        for where in ("the process that was there", "a process that has just started"):
            if rows:
                server.restart()
            with server.crowd(server.seeded["tokens"], cursor=cursor) as crowd:
                rows.append([where, *measure(server, crowd, options.missed, options.patience)])
    print(report.table(HEAD, rows))
