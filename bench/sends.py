"""Durable sends through the real REST API: clients that each send again as soon as they are answered."""

from __future__ import annotations

import argparse
import contextlib
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import brook, report
from bench.senders import Sender, Senders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENTS, CONVERSATIONS = 16, 8
GROUP_SIZE = 10
WARM_UP_S = 3.0
HEAD = ["server", "sends/s", "p50 ms", "p99 ms", "CPU ms a send: web", "stream", "database and layer", "client"]
HEAD += ["failed"]


@dataclass
class Row:
    """What was measured of one server."""

    rate: float
    p50_ms: float
    p99_ms: float
    web_ms: float
    stream_ms: float
    services_ms: float
    client_ms: float
    failed: int


def on_postgres(web: str) -> Callable[[], contextlib.AbstractContextManager[brook.Brook]]:
    """PostgreSQL with two web processes of a kind, and a stream process that places the events."""
    return lambda: brook.postgres(CONVERSATIONS * GROUP_SIZE, pinned=False, web=web)


@contextlib.contextmanager
def on_sqlite() -> Iterator[brook.Brook]:
    """The default set-up: one process for everything."""
    with brook.sqlite(CONVERSATIONS * GROUP_SIZE, pinned=False) as server:
        yield server


SERVERS = {
    "Brook, PostgreSQL, 2 granian (WSGI)": on_postgres("granian"),
    "Brook, PostgreSQL, 2 uvicorn (ASGI)": on_postgres("uvicorn"),
    "Brook, SQLite, one process": on_sqlite,
    "Starlette + asyncpg, PostgreSQL, 2 uvicorn": on_postgres("starlette"),
}


def measure(server: brook.Brook, seconds: float) -> Row:
    """Warm up, then send."""
    groups = server.seeded["groups"][:CONVERSATIONS]
    people = [
        Sender(groups[number % CONVERSATIONS]["tokens"][number // CONVERSATIONS], groups[number % CONVERSATIONS]["id"])
        for number in range(CLIENTS)
    ]
    senders = Senders(server.web_port, people)
    senders.run(WARM_UP_S)
    before = server.cpu_s()
    sent = senders.run(seconds)
    web, stream, service = (after - was for after, was in zip(server.cpu_s(), before, strict=True))
    senders.close()
    each = 1000 / max(sent.sent, 1)
    return Row(
        sent.sent / sent.seconds,
        sent.p50_ms,
        sent.p99_ms,
        web * each,
        stream * each,
        service * each,
        sent.client_cpu_s * each,
        sent.failed,
    )


def main() -> None:
    """Measure all servers in turn, round by round."""
    parser = argparse.ArgumentParser(prog="bin/bench sends", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=1, help="the median of so many is shown")
    parser.add_argument("--only", default="", help="servers whose name contains this")
    options = parser.parse_args()
    print(report.machine("django", "djangorestframework", "granian", "uvicorn", "psycopg", "starlette", "asyncpg"))
    print(f"{CLIENTS} clients in {CONVERSATIONS} conversations; servers, services and clients share all cores;")
    print("PostgreSQL 18 with fsync and synchronous_commit on\n")
    found: dict[str, list[Row]] = defaultdict(list)
    for _round in range(options.rounds):
        for name, server in SERVERS.items():
            if options.only.lower() in name.lower():
                with server() as ready:
                    found[name].append(measure(ready, options.seconds))
    medians = {
        name: Row(**{field: statistics.median(getattr(row, field) for row in rows) for field in vars(rows[0])})
        for name, rows in found.items()
    }
    print(report.table(HEAD, [[name, *vars(row).values()] for name, row in medians.items()]))
    peer = next((row for name, row in medians.items() if not name.startswith("Brook")), None)
    for name, row in medians.items():
        if peer and row is not peer:
            print(f"{name} / Starlette + asyncpg: {row.rate / peer.rate:.2f} of the sends/s")
