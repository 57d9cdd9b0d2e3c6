"""Thousands of streams at rest: what each costs in memory, what all cost in CPU, and how long they take to connect."""

from __future__ import annotations

import argparse
import time

from bench import report
from bench.crowd import raise_file_limit
from bench.processes import pin_self
from bench.subjects import Subject, subjects

SETTLE_S = 3.0
HEAD = ["server", "streams", "KB a stream", "connected in s", "CPU ms a connection", "idle CPU %", "closed"]
SPARE_FILES = 200


def measure(subject: Subject, seconds: float) -> list[object]:
    """One row of the table, less its first cell."""
    server, crowd = subject.server, subject.crowd
    crowd.warm_up()
    time.sleep(SETTLE_S)
    empty_kb, cpu = server.memory_kb(), server.cpu_s()
    connected_s = crowd.connect()
    time.sleep(SETTLE_S)
    cpu = server.cpu_s() - cpu
    kb = (server.memory_kb() - empty_kb) / crowd.size
    idle = server.cpu_s()
    time.sleep(seconds)
    idle = server.cpu_s() - idle
    connection_ms = cpu / crowd.size * 1000
    return [crowd.size, kb, connected_s, connection_ms, idle / seconds * 100, crowd.report()["closed"]]


def main() -> None:
    """Measure all servers in turn."""
    parser = argparse.ArgumentParser(prog="bin/bench streams", description=__doc__)
    parser.add_argument("--streams", type=int, nargs="+", default=[5000])
    parser.add_argument(
        "--groups", type=int, default=5, help="groups of ten that each person is in, beside that of all"
    )
    parser.add_argument("--seconds", type=float, default=20, help="how long to watch them rest")
    parser.add_argument("--only", default="", help="servers whose name contains this")
    options = parser.parse_args()
    pin_self()
    limit = raise_file_limit()
    rows = []
    print(report.machine("uvicorn", "uvloop", "django-eventstream", "sse-starlette"))
    chosen = subjects(options.only)
    for streams in options.streams:
        if streams > limit - SPARE_FILES:
            print(f"{streams:,} streams need more files than the {limit:,} that this system allows: left out")
            continue
        for name, subject in chosen.items():
            try:
                with subject(streams, options.groups) as ready:
                    rows.append([name, *measure(ready, options.seconds)])
            except RuntimeError as error:  # one that could not hold them: the others are measured all the same
                print(f"{name}, {streams:,} streams: left out: {error}", flush=True)
    print(f"server and clients on a core each; each person also in {options.groups} groups of ten\n")
    print(report.table(HEAD, rows))
    ours = next((row for row in rows if str(row[0]).startswith("Brook")), None)
    for row in rows:
        if ours and not str(row[0]).startswith("Brook") and row[1] == ours[1]:
            print(f"{ours[0]} / {row[0]}: {float(ours[2]) / float(row[2]):.2f} of the memory")
