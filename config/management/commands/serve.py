"""manage.py serve"""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import sys
import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from config import first_run, worker
from config.server import Server
from realtime.broadcast import layer_is_shared

MIGRATE_LOCK = 0x62726F6F6B  # "brook": an advisory lock, since several processes may start at once
SEND_BUFFER_BYTES = 65_536  # per connection; the kernel's default would hold megabytes for a reader that does not read
USER_TIMEOUT_MS = 20_000  # after this long without acknowledgement the kernel gives a peer up
KEEPALIVE_IDLE_S = 15  # of silence, and then it asks
KEEPALIVE_EVERY_S = 5


class Command(BaseCommand):
    """Runs Brook."""

    help = "Set up the database and serve. Honours HOST, PORT, BROOK_DATA, DATABASE_URL and REDIS_URL."

    _first_run = ""  # where whoever will look after the server begins

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate-only", action="store_true", help="set up the database, then exit")
        parser.add_argument("--role", choices=["all", "web", "stream"], default="all", help="what this process is for")

    def handle(self, *_args: Any, migrate_only: bool, role: str, **_options: Any) -> None:
        """Until Ctrl-C or SIGTERM."""
        if migrate_only:
            self._migrate()
            return
        _require_shared(role)
        listener = self._listen()
        if role == "all":
            self._migrate()
            if settings.DEMO:
                call_command("demo", stdout=self.stdout)
            self._first_run = first_run.path() or ""
            threading.Thread(target=worker.run_for_ever, name="worker", daemon=True).start()
        _raise_file_limit()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            Server(self._announce, "stream_application" if role == "stream" else "application").run(sockets=[listener])
        self.stdout.write("Brook stopped")

    def _announce(self) -> None:
        host = "localhost" if settings.HOST in {"127.0.0.1", "0.0.0.0", "::"} else settings.HOST  # noqa: S104
        address = settings.BASE_URL or f"http://{host}:{settings.PORT}"
        self.stdout.write(self.style.SUCCESS(f"Brook is ready at {address}  (Ctrl-C stops it)"))
        if self._first_run:
            self.stdout.write(f"Nobody looks after it yet. Make the account that does: {address}{self._first_run}")
        self.stdout.flush()

    def _listen(self) -> socket.socket:
        """The socket to listen on, with options that each connection inherits: ASGI gives no connection's socket."""
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        # A poll that waits sends nothing by which a client that is gone without a word would be noticed.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if sys.platform == "linux":
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_EVERY_S)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        try:
            listener.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {settings.HOST}:{settings.PORT}: {error.strerror}. Set PORT."
            ) from None
        return listener  # not listening yet: a balancer that is refused goes elsewhere, one that waits does not

    def _migrate(self) -> None:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    # Another process may be migrating, which takes as long as it needs.
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


def _require_shared(role: str) -> None:
    if role != "all" and not layer_is_shared():
        raise CommandError(f"--role {role} is one process of several, which meet in Redis: set REDIS_URL.")


def _raise_file_limit() -> None:
    """Each stream is a file: take as many as the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
