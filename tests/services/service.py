"""A server that can be started, killed and started again."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import psutil
import psycopg
import redis

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
START_TIMEOUT_S = 60
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


def wheel_folder(package: str, title: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServiceError(f"No {title}: the package {package} is missing. bin/test installs it.")
    return Path(spec.origin).parent


def free_port() -> int:
    """A free port below those that the system gives to outgoing connections: none can take it during a restart.

    Each worker of a run has a thousand for itself: two would now and then find the same one free.
    """
    first = 20_000 + 1000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1")[2:]) + 1) % 12_000
    while True:
        port = random.randrange(first, first + 1000)
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
