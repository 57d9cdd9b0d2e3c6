"""One event to many streams, again and again: what a delivery costs the process that holds the streams."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import brook, pace, report
from bench.crowd import Crowd, mark
from bench.http import Connection, request_bytes
from bench.processes import CLIENT_CORE, SERVER_CORE, Process, folder, pin_self
from tests.services import Valkey, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTLE_S = 2.0
IDLE_S = 5.0
PAYLOAD_BYTES = 300


@dataclass
class Subject:
    """A server with its streams open, and the way to publish through it."""

    server: Process
    crowd: Crowd
    publish: Callable[[float, float], int]


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


def payload() -> str:
    """What peers publish: as long as what Brook's writer appends."""
    text = json.dumps({"message": {"type": "text", "content": mark()}})
    return text[:-3] + " " + "x" * (PAYLOAD_BYTES - len(text) - 1) + text[-3:]


@contextlib.contextmanager
def brook_postgres(streams: int) -> Iterator[Subject]:
    """Events appended to the log by a process of its own; nudge and batch over Valkey."""
    with (
        brook.postgres(streams) as server,
        server.crowd(server.seeded["tokens"]) as crowd,
        server.inside("append", server.seeded["everybody"]) as writer,
    ):
        writer.hear()
        yield Subject(server.server, crowd, _by(writer))


@contextlib.contextmanager
def brook_sqlite(streams: int) -> Iterator[Subject]:
    """Messages sent by POST to the one process there is: what it costs to write them is in the figure."""
    with brook.sqlite(streams) as server, server.crowd(server.seeded["tokens"]) as crowd:
        connection, numbers = server.connection(), itertools.count()

        def post() -> None:
            body = brook.message_body(server.seeded["everybody"], str(next(numbers)), mark())
            request = request_bytes("POST", "/api/messages", token=server.seeded["tokens"][0], body=body)
            assert connection.ask(request).startswith(b"HTTP/1.1 201")

        yield Subject(server.server, crowd, lambda rate, seconds: pace.run(post, rate, seconds))
        connection.close()


@contextlib.contextmanager
def eventstream(streams: int) -> Iterator[Subject]:
    """`send_event` from a process of its own, through Valkey."""
    with folder() as work, Valkey() as valkey:
        environment = {"BENCH_REDIS_PORT": str(valkey.port)}
        with _uvicorn("bench.peers.eventstream_app", environment) as (server, port):
            requests = [request_bytes("GET", "/events/")] * streams
            command = ["python", "-m", "bench.peers.eventstream_app"]
            with (
                Crowd(port, requests, b"event: stream-open", work) as crowd,
                Process(command, environment=environment, cores=CLIENT_CORE, talks=True) as writer,
            ):
                writer.hear()
                yield Subject(server, crowd, _by(writer))


@contextlib.contextmanager
def sse_starlette(streams: int) -> Iterator[Subject]:
    """A POST to the same process hands the event to every queue: nothing lies between."""
    with folder() as work, _uvicorn("bench.peers.sse_starlette_app", {}) as (server, port):
        requests = [request_bytes("GET", "/events/")] * streams
        with Crowd(port, requests, b"event: hello", work) as crowd:
            connection = Connection(port)

            def post() -> None:
                connection.ask(request_bytes("POST", "/publish", body=payload().encode()))

            yield Subject(server, crowd, lambda rate, seconds: pace.run(post, rate, seconds))
            connection.close()


SUBJECTS = {
    "Brook, PostgreSQL + Valkey": brook_postgres,
    "Brook, SQLite, by POST": brook_sqlite,
    "django-eventstream, Valkey": eventstream,
    "sse-starlette, in-process": sse_starlette,
}


@contextlib.contextmanager
def _uvicorn(module: str, environment: dict[str, str]) -> Iterator[tuple[Process, int]]:
    port = free_port()
    options = "--loop uvloop --http httptools --no-access-log --log-level warning --backlog 4096"
    command = ["python", "-m", "uvicorn", f"{module}:application", "--port", str(port), *options.split()]
    with Process(command, environment=environment, cores=SERVER_CORE) as server:
        server.wait_for_port(port)
        yield server, port


def _by(writer: Process) -> Callable[[float, float], int]:
    return lambda rate, seconds: int(writer.ask(f"{rate} {seconds}"))


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
    for streams in options.streams:
        results: dict[str, list[Result]] = defaultdict(list)
        for _round in range(options.rounds):
            for name, subject in SUBJECTS.items():
                if options.only.lower() in name.lower():
                    with subject(streams) as ready:
                        results[name].append(measure(ready, options.rate, options.seconds))
        show(streams, results)
