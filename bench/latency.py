"""From the start of a POST to the bytes at another person's stream, with nothing else going on."""

from __future__ import annotations

import argparse
import itertools
import time

from bench import brook, pace, report
from bench.crowd import mark
from bench.http import request_bytes
from bench.processes import pin_self

STREAMS = 100
WARM_UP = 20
HEAD = ["server", "sends", "p50 ms", "p99 ms", "answer p50 ms", "lost"]
SERVERS = {
    "Brook, PostgreSQL + Valkey, 2 granian": lambda: brook.postgres(STREAMS, pinned=False, web="granian"),
    "Brook, SQLite, one process": lambda: brook.sqlite(STREAMS, pinned=False),
}


def measure(server: brook.Brook, sends: int, every_s: float) -> list[object]:
    """One row of the table, less its first cell."""
    group = server.seeded["groups"][0]
    sender, receiver, numbers = group["tokens"][0], group["tokens"][1], itertools.count()
    others = [token for other in server.seeded["groups"][1:] for token in other["tokens"]]
    answered = []
    with server.crowd([receiver, *others]) as crowd:
        crowd.connect()
        connection = server.connection()

        def post() -> None:
            begun = time.monotonic()
            body = brook.message_body(group["id"], str(next(numbers)), mark())
            answer = connection.ask(request_bytes("POST", "/api/messages", token=sender, body=body))
            assert answer.startswith(b"HTTP/1.1 201"), answer
            answered.append((time.monotonic() - begun) * 1000)

        crowd.wait_until_received(pace.run(post, 1 / every_s, WARM_UP * every_s))
        crowd.report()
        answered.clear()
        expected = pace.run(post, 1 / every_s, sends * every_s)
        crowd.wait_until_received(expected)
        seen = crowd.report()
        connection.close()
    half = sorted(answered)[len(answered) // 2]
    return [expected, seen["p50_ms"], seen["p99_ms"], half, expected - seen["received"]]


def main() -> None:
    """Measure both set-ups."""
    parser = argparse.ArgumentParser(prog="bin/bench latency", description=__doc__)
    parser.add_argument("--sends", type=int, default=200)
    parser.add_argument("--every", type=float, default=0.1, help="seconds from one send to the next")
    options = parser.parse_args()
    pin_self()
    print(report.machine("uvicorn", "granian"))
    print(f"one send every {options.every * 1000:g} ms; {STREAMS} streams open, one of them concerned\n")
    rows = []
    for name, server in SERVERS.items():
        with server() as ready:
            rows.append([name, *measure(ready, options.sends, options.every)])
    print(report.table(HEAD, rows))
