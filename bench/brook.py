"""Brook itself, as it is run for real, on either of its set-ups."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.crowd import Crowd
from bench.http import Connection, request_bytes
from bench.processes import CLIENT_CORE, SERVER_CORE, Process, cpu_s, folder
from tests.services import Postgres, Valkey, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

STREAM = "/api/realtime/stream"
READY = b"event: init"
GROUP_SIZE = 10  # of the groups that bench.inside makes


@dataclass
class Brook:
    """A running Brook with people in it."""

    work: Path
    environment: dict[str, str]
    seeded: dict[str, Any]
    port: int  # where the streams are
    web_port: int  # where the API is
    server: Process  # that holds the streams
    web: Process  # that answers the API
    services: list[Any] = field(default_factory=list)
    serve: Callable[[int], Process] = field(kw_only=True)  # starts what holds the streams, at a port

    def crowd(self, tokens: Sequence[str], cursor: str = "", counts: str = "") -> Crowd:
        """One stream for each token, from now on or from a cursor; it counts marks, or this text."""
        headers = {"last_event_id": cursor} if cursor else {}
        requests = [request_bytes("GET", STREAM, token=token, **headers) for token in tokens]
        return Crowd(self.port, requests, READY, self.work, counts)

    def restart(self) -> None:
        """End the process that holds the streams, and start another in its place."""
        self.server.stop()
        self.server = self.serve(self.port)

    def inside(self, *arguments: str, talks: bool = True) -> Process:
        """A process of `bench.inside`."""
        command = ["python", "-m", "bench.inside", *arguments]
        return Process(command, environment=self.environment, cores=CLIENT_CORE, talks=talks)

    def cpu_s(self) -> tuple[float, float, float]:
        """User and system time so far of the web processes, of the one with the streams if it is another, and of the
        database and the layer."""
        stream = self.server.cpu_s() if self.server is not self.web else 0.0
        services = [process for service in self.services for process in (service, *service.children(recursive=True))]
        return self.web.cpu_s(), stream, cpu_s(services)

    def connection(self) -> Connection:
        """To the API."""
        return Connection(self.web_port)


@contextlib.contextmanager
def sqlite(people: int, groups_each: int = 1, *, pinned: bool = True) -> Iterator[Brook]:
    """The default set-up: one process, SQLite, the layer in memory."""
    with contextlib.ExitStack() as stack:
        work = stack.enter_context(folder())
        environment = _environment(work)
        seeded = _set_up(environment, people, groups_each)
        serve = partial(_serve, stack, environment, "all", SERVER_CORE if pinned else None)
        server = serve(port := free_port())
        yield Brook(work, environment, seeded, port, port, server, server, serve=serve)


@contextlib.contextmanager
def postgres(people: int, groups_each: int = 1, *, pinned: bool = True, web: str = "none") -> Iterator[Brook]:
    """The production set-up: PostgreSQL that commits to disk, Valkey, one stream process; and `web` processes.

    Args:
        web: `none`, `granian` (WSGI, as docker-compose.yml has it), `uvicorn` (ASGI), or `starlette`, the peer that
            does a send's statements by hand; two processes each.
    """
    with contextlib.ExitStack() as stack:
        work = stack.enter_context(folder())
        database, layer = stack.enter_context(Postgres(durable=True)), stack.enter_context(Valkey())
        services = [service._server for service in (database, layer)]
        if pinned:
            for process in [process for service in services for process in (service, *service.children())]:
                process.cpu_affinity(CLIENT_CORE)
        environment = _environment(work) | {"DATABASE_URL": database.url, "REDIS_URL": layer.url}
        seeded = _set_up(environment, people, groups_each)
        serve = partial(_serve, stack, environment, "stream", SERVER_CORE if pinned else None)
        server = serve(port := free_port())
        web_server, web_port = _web(stack, environment, web) if web != "none" else (server, port)
        yield Brook(work, environment, seeded, port, web_port, server, web_server, services, serve=serve)


@contextlib.contextmanager
def django_here() -> Iterator[Postgres]:
    """A PostgreSQL with nothing but the tables, for Brook's Django in this process: what is measured without HTTP."""
    with folder() as work, Postgres(durable=True) as postgres:
        os.environ.update(
            _environment(work) | {"DATABASE_URL": postgres.url, "DJANGO_SETTINGS_MODULE": "config.settings"}
        )
        import django

        django.setup()
        from django.core.management import call_command

        from config.memory import settle

        call_command("serve", "--migrate-only")
        settle()  # as every server process does
        yield postgres


def _environment(work: Path) -> dict[str, str]:
    return {
        "BROOK_DATA": str(work / "data"),
        "BROOK_SECRET_KEY": "for the bench alone, which nobody else can reach",
        "BROOK_DEMO": "0",
        "BROOK_LIMITS": "0",
        "BROOK_LOG_LEVEL": "WARNING",
        "BROOK_ACCESS_TOKEN_MINUTES": "60",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "HOST": "127.0.0.1",
    }


def _set_up(environment: dict[str, str], people: int, groups_each: int) -> dict[str, Any]:
    with Process(["python", "manage.py", "serve", "--migrate-only"], environment=environment) as migration:
        migration.wait()
    command = ["python", "-m", "bench.inside", "seed", str(people), str(groups_each)]
    with Process(command, environment=environment, talks=True) as seeding:
        seeded: dict[str, Any] = seeding.hear()
        seeding.wait()
    return seeded


def _serve(
    stack: contextlib.ExitStack, environment: dict[str, str], role: str, cores: Sequence[int] | None, port: int
) -> Process:
    command = ["python", "manage.py", "serve", "--role", role]
    server = stack.enter_context(Process(command, environment=environment | {"PORT": str(port)}, cores=cores))
    server.wait_for_port(port)
    return server


def _web(stack: contextlib.ExitStack, environment: dict[str, str], kind: str) -> tuple[Process, int]:
    port = free_port()
    granian = "granian --interface=wsgi --workers=2 --blocking-threads=16 --no-ws --log-level=warning --host=127.0.0.1"
    uvicorn = "--workers 2 --loop uvloop --http httptools --no-access-log --log-level=warning"
    command = {
        "granian": ["python", "-m", *granian.split(), f"--port={port}", "config.wsgi:application"],
        "uvicorn": ["python", "-m", "uvicorn", "config.asgi:application", *uvicorn.split(), f"--port={port}"],
        "starlette": [
            *("python", "-m", "uvicorn", "bench.peers.sends_app:application"),
            *(*uvicorn.split(), f"--port={port}"),
        ],
    }[kind]
    server = stack.enter_context(Process(command, environment=environment))
    server.wait_for_port(port)
    return server, port


def message_body(conversation: str, client_id: str, content: str) -> bytes:
    """The body of a POST to /api/messages."""
    return json.dumps({"conversation_id": conversation, "client_id": client_id, "content": content}).encode()
