"""manage.py serve"""

from __future__ import annotations

import contextlib
import gc
import logging
import resource
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config import worker
from realtime import hub

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

GRACE_S = 5  # how long requests may take to end when the server is told to stop
END_STREAMS_S = 2.0  # streams end spread over this time, so that their clients do not come back all at once
MIGRATE_LOCK = 0x62726F6F6B  # "brook": an advisory lock, since several processes may start at once
SEND_BUFFER_BYTES = 65_536  # per connection; the kernel's default would hold megabytes for a reader that does not read
USER_TIMEOUT_MS = 20_000  # after this long without acknowledgement the kernel gives a peer up
BACKLOG = 4096
GC_THRESHOLD = 20_000


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP, with `scope["extensions"]["brook.abort"]`: drops the connection without writing what waits.

    ASGI can only close, and closing waits for a reader that does not read, as long as it takes a byte now and then.
    """

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"brook.abort": {"call": self.transport.abort}}


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, and ends the streams when told to stop: it would wait for them for ever."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays: collections need not look at it again. And streams are many long-lived objects:
        # Python's own threshold of 700 would have them looked through all the time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD, 10, 100)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if own := hub.running():
            own.loop.call_soon_threadsafe(own.end_streams, END_STREAMS_S)
        super().handle_exit(sig, frame)


class Command(BaseCommand):
    """Runs Brook."""

    help = "Set up the database and serve. Honours HOST, PORT, BROOK_DATA, DATABASE_URL and REDIS_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate-only", action="store_true", help="set up the database, then exit")
        parser.add_argument("--role", choices=["all", "web", "stream"], default="all", help="what this process is for")

    def handle(self, *_args: Any, migrate_only: bool, role: str, **_options: Any) -> None:
        """Until Ctrl-C or SIGTERM."""
        if migrate_only:
            self._migrate()
            return
        listener = self._listen()
        if role == "all":
            self._migrate()
            if settings.DEMO:
                call_command("demo", stdout=self.stdout)
            threading.Thread(target=worker.run_for_ever, name="worker", daemon=True).start()
        _raise_file_limit()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            Server(_configuration(), self._announce).run(sockets=[listener])
        self.stdout.write("Brook stopped")

    def _announce(self) -> None:
        host = "localhost" if settings.HOST in {"127.0.0.1", "0.0.0.0", "::"} else settings.HOST  # noqa: S104
        address = settings.BASE_URL or f"http://{host}:{settings.PORT}"
        self.stdout.write(self.style.SUCCESS(f"Brook is ready at {address}  (Ctrl-C stops it)"))
        self.stdout.flush()

    def _listen(self) -> socket.socket:
        """The listening socket, with options that each connection inherits: ASGI gives no connection's socket."""
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if sys.platform == "linux":
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        try:
            listener.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {settings.HOST}:{settings.PORT}: {error.strerror}. Set PORT."
            ) from None
        listener.listen(BACKLOG)
        return listener

    def _migrate(self) -> None:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    # A migration may take as long as it needs; requests may not.
                    cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
                    cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATE_LOCK])
                call_command("migrate", interactive=False, verbosity=0)
                if connection.vendor == "postgresql":
                    cursor.execute(
                        "SELECT pg_advisory_unlock(%s); RESET statement_timeout; RESET lock_timeout", [MIGRATE_LOCK]
                    )
        except OperationalError as error:
            raise CommandError(f"cannot reach the database: {str(error).strip().splitlines()[0]}") from None
        connection.close()


def _configuration() -> uvicorn.Config:
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return uvicorn.Config(
        "config.asgi:application",
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe any X-Forwarded-For from 127.0.0.1; Django counts the proxies
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        backlog=BACKLOG,
    )


def _raise_file_limit() -> None:
    """Each stream is a file: take as many as the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
