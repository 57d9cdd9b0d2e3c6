"""From the start of a POST to the bytes at the others' streams: with nothing else going on, and with much."""

from __future__ import annotations

import argparse
import itertools
import json
import time

from bench import brook, pace, report
from bench.crowd import mark
from bench.http import request_bytes
from bench.processes import Process, pin_self

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


LOADED_HEAD = [
    *("server", "sends/s", "failed", "last p50 ms", "last p99 ms", "answer p50 ms", "answer p99 ms", "lost"),
    *("CPU ms a send: web", "stream", "services", "clients"),
]
LOADED_WARM_UP_S = 3


def measure_loaded(server: brook.Brook, rate: float, seconds: float) -> list[object]:
    """One row of the table of many groups, less its first cell; "last" is the last person of the group."""
    groups = server.seeded["groups"]
    path = server.work / "groups.json"
    path.write_text(json.dumps(groups))
    command = ["python", "-m", "bench.posting", str(server.web_port), str(path)]
    with server.crowd(server.seeded["tokens"]) as crowd, Process(command, talks=True) as senders:
        crowd.connect()
        senders.hear()
        each = len(groups[0]["tokens"])
        warmed = senders.ask(f"{rate} {LOADED_WARM_UP_S}")
        crowd.wait_until_received(warmed["sent"] * each)
        crowd.report()
        before = [*server.cpu_s(), crowd.cpu_s() + senders.cpu_s()]
        said = senders.ask(f"{rate} {seconds}")
        crowd.wait_until_received(said["sent"] * each)
        after = [*server.cpu_s(), crowd.cpu_s() + senders.cpu_s()]
        seen = crowd.report()
    lost = said["sent"] * each - seen["received"]
    last = [seen["last_p50_ms"], seen["last_p99_ms"]]
    cpu_ms = [(now - was) * 1000 / max(said["sent"], 1) for now, was in zip(after, before, strict=True)]
    return [said["rate"], said["failed"], *last, said["p50_ms"], said["p99_ms"], lost, *cpu_ms]


def main() -> None:
    """Measure both set-ups at rest, and the larger one with many people."""
    parser = argparse.ArgumentParser(prog="bin/bench latency", description=__doc__)
    parser.add_argument("--sends", type=int, default=200)
    parser.add_argument("--every", type=float, default=0.1, help="seconds from one send to the next")
    parser.add_argument("--people", type=int, default=1000, help="in groups of ten, for the loaded run")
    parser.add_argument("--rate", type=float, default=300, help="sends a second, for the loaded run")
    parser.add_argument("--seconds", type=float, default=20, help="how long the loaded run takes")
    parser.add_argument("--only", choices=["rest", "load"], help="one of the two")
    options = parser.parse_args()
    print(report.machine("uvicorn", "granian"))
    if options.only != "rest":
        rows = []
        with brook.postgres(options.people, pinned=False, web="granian") as ready:
            name = "Brook, PostgreSQL + Valkey, 2 granian"
            rows.append([name, *measure_loaded(ready, options.rate, options.seconds)])
        print(f"{options.people:,} people in groups of ten, {options.rate:g} sends/s, everything on all cores\n")
        print(report.table(LOADED_HEAD, rows))
    if options.only == "load":
        return
    pin_self()
    print(f"one send every {options.every * 1000:g} ms; {STREAMS} streams open, one of them concerned\n")
    rows = []
    for name, server in SERVERS.items():
        with server() as ready:
            rows.append([name, *measure(ready, options.sends, options.every)])
    print(report.table(HEAD, rows))
