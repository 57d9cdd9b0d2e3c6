"""manage.py serve"""

from __future__ import annotations

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

from realtime import hub, worker

if TYPE_CHECKING:
    from types import FrameType

GRACE_S = 5  # streams end spread over this time when the server is told to stop
MIGRATE_LOCK = 0x62726F6F6B  # "brook": an advisory lock, since several processes may start at once
SEND_BUFFER_BYTES = 65_536  # per connection; the kernel's default would hold megabytes for a reader that does not read
USER_TIMEOUT_MS = 20_000  # after this long without acknowledgement the kernel gives a peer up
BACKLOG = 4096


class Server(uvicorn.Server):
    """uvicorn that ends the streams when it is told to stop: by itself it would wait for them for ever."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if own := hub.running():
            own.loop.call_soon_threadsafe(own.end_streams, GRACE_S * 0.5)
        super().handle_exit(sig, frame)


class Command(BaseCommand):
    """Runs Brook."""

    help = "Set up the database and serve. Honours HOST, PORT, BROOK_DATA, DATABASE_URL, REDIS_URL and BROOK_DEMO."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate-only", action="store_true", help="set up the database, then exit")
        parser.add_argument("--demo", action="store_true", help="make demo people on an empty server")
        parser.add_argument("--role", choices=["all", "web", "stream"], default="all", help="what this process is for")

    def handle(self, *_args: Any, migrate_only: bool, demo: bool, role: str, **_options: Any) -> None:
        """Until Ctrl-C or SIGTERM."""
        listener = None if migrate_only else self._listen()
        if role == "all" or migrate_only:
            self._migrate()
        if migrate_only:
            return
        if demo:
            call_command("demo", stdout=self.stdout)
        if role == "all":
            threading.Thread(target=worker.run_for_ever, name="worker", daemon=True).start()
        _raise_file_limit()
        host = "localhost" if settings.HOST in {"127.0.0.1", "0.0.0.0", "::"} else settings.HOST  # noqa: S104
        self.stdout.write(self.style.SUCCESS(f"Brook is at {settings.BASE_URL or f'http://{host}:{settings.PORT}'}"))
        self.stdout.flush()
        config = uvicorn.Config(
            "config.asgi:application",
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=settings.TRUSTED_PROXIES > 0,
            forwarded_allow_ips="*" if settings.TRUSTED_PROXIES else None,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE_S,
            backlog=BACKLOG,
        )
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        assert listener is not None  # noqa: S101 - only --migrate-only has none
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        self.stdout.write("Brook stopped")

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


def _raise_file_limit() -> None:
    """Each stream is a file: take as many as the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
