"""One event to many streams, again and again: what a delivery costs the process that holds the streams."""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass

from bench import report
from bench.processes import pin_self
from bench.subjects import PAYLOAD_BYTES, Subject, subjects

SETTLE_S = 2.0
IDLE_S = 5.0


@dataclass
class Result:
    """What was measured of one server."""

    microseconds: float
    idle_percent: float
    rate: float
    p50_ms: float
    p99_ms: float
    kb: float
    wire_bytes: float
    lost: int
    crowd_percent: float


def measure(subject: Subject, rate: float, seconds: float) -> Result:
    """Connect, rest, publish; CPU is of the time from the first event published to the last delivered."""
    server, crowd = subject.server, subject.crowd
    crowd.warm_up()
    time.sleep(SETTLE_S)
    empty_kb = server.memory_kb()
    crowd.connect()
    time.sleep(SETTLE_S)
    full_kb = server.memory_kb()
    idle = server.cpu_s()
    time.sleep(IDLE_S)
    idle = server.cpu_s() - idle
    expected = crowd.size * subject.publish(rate, 1)  # warms up; not measured
    crowd.wait_until_received(expected)
    crowd_cpu = crowd.report()["cpu_s"]

    begun, cpu = time.monotonic(), server.cpu_s()
    expected = crowd.size * subject.publish(rate, seconds)
    published_s = time.monotonic() - begun
    crowd.wait_until_received(expected)
    cpu = server.cpu_s() - cpu
    seen = crowd.report()
    return Result(
        microseconds=cpu / max(seen["received"], 1) * 1e6,
        idle_percent=idle / IDLE_S * 100,
        rate=seen["received"] / published_s,
        p50_ms=seen["p50_ms"],
        p99_ms=seen["p99_ms"],
        kb=(full_kb - empty_kb) / crowd.size,
        wire_bytes=seen["bytes"] / max(seen["received"], 1),
        lost=expected - seen["received"],
        crowd_percent=(seen["cpu_s"] - crowd_cpu) / published_s * 100,
    )


HEAD = ["server", "µs CPU a delivery", "deliveries/s", "p50 ms", "p99 ms", "KB a stream"]
HEAD += ["idle CPU %", "bytes on the wire", "lost", "client CPU %"]


def median(results: list[Result]) -> Result:
    """The median of each figure; losses are added up."""
    fields = {name: statistics.median(getattr(result, name) for result in results) for name in vars(results[0])}
    return Result(**{**fields, "lost": sum(result.lost for result in results)})


def show(streams: int, results: dict[str, list[Result]]) -> None:
    """Print the table and the ratios of a number of streams."""
    medians = {name: median(found) for name, found in results.items()}
    rows = [
        [name, r.microseconds, r.rate, r.p50_ms, r.p99_ms, r.kb, r.idle_percent, r.wire_bytes, r.lost, r.crowd_percent]
        for name, r in medians.items()
    ]
    print(f"\n{streams:,} streams\n\n{report.table(HEAD, rows)}")
    for ours in [name for name in medians if name.startswith("Brook")]:
        for peer in [name for name in medians if not name.startswith("Brook")]:
            ratio = medians[ours].microseconds / medians[peer].microseconds
            print(f"{ours} / {peer}: {ratio:.2f} of the CPU, {medians[ours].kb / medians[peer].kb:.2f} of the memory")


def main() -> None:
    """Measure all servers in turn, round by round."""
    parser = argparse.ArgumentParser(prog="bin/bench fanout", description=__doc__)
    parser.add_argument("--streams", type=int, nargs="+", default=[500, 1000])
    parser.add_argument("--rate", type=float, default=20, help="events a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=1, help="the median of so many is shown")
    parser.add_argument("--only", default="", help="servers whose name contains this")
    options = parser.parse_args()
    pin_self()
    print(report.machine("uvicorn", "uvloop", "django-eventstream", "sse-starlette"))
    print(f"server and clients on a core each; {options.rate:g} events/s of {PAYLOAD_BYTES} bytes to every stream")
    chosen = subjects(options.only)
    for streams in options.streams:
        results: dict[str, list[Result]] = defaultdict(list)
        for _round in range(options.rounds):
            for name, subject in chosen.items():
                with subject(streams) as ready:
                    results[name].append(measure(ready, options.rate, options.seconds))
        show(streams, results)
