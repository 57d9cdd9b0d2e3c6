"""Processes that a bench starts: pinned, measured, and ended with it whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
CORES = sorted(psutil.Process().cpu_affinity() or [0])
SERVER_CORE, CLIENT_CORE = CORES[:1], CORES[-1:]


class Process:
    """A program of this project, or a peer, running from the project's folder.

    Args:
        command: what to run; `python` stands for this interpreter.
        cores: which cores it may use; all where None.
        talks: whether its standard input and output are ours (see `say` and `hear`).
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        cores: Sequence[int] | None = None,
        talks: bool = False,
    ) -> None:
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed in stop()
        self._popen = subprocess.Popen(
            [sys.executable if part == "python" else part for part in command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE if talks else self.log,
            stderr=self.log,
            text=True,
            start_new_session=True,  # Ctrl-C is for the bench, which then ends them in order
        )
        self.ps = psutil.Process(self._popen.pid)
        if cores is not None:
            self.ps.cpu_affinity(list(cores))

    def say(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self._popen.stdin is not None
        self._popen.stdin.write(line + "\n")
        self._popen.stdin.flush()

    def hear(self) -> Any:
        """The next line of its standard output, which is JSON."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.ps.pid} ended: {self.last_words()}")
        return json.loads(line)

    def ask(self, line: str) -> Any:
        """Say a line, hear the answer."""
        self.say(line)
        return self.hear()

    def wait(self) -> None:
        """Wait for its end; an error is ours too."""
        if self._popen.wait():
            raise RuntimeError(f"{self._popen.args} failed: {self.last_words()}")

    def wait_for_port(self, port: int) -> None:
        """Wait until it takes connections."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._popen.poll() is not None:
                raise RuntimeError(f"{self._popen.args} ended: {self.last_words()}")
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self._popen.args} did not listen on {port}: {self.last_words()}")

    def tree(self) -> list[psutil.Process]:
        """The process and what it started."""
        return [self.ps, *self.ps.children(recursive=True)]

    def cpu_s(self) -> float:
        """User and system time so far, of all of them."""
        return cpu_s(self.tree())

    def memory_kb(self) -> float:
        """What belongs to it alone (USS)."""
        return sum(process.memory_full_info().uss for process in self.tree()) / 1024

    def last_words(self) -> str:
        """The end of what it wrote to its log."""
        self.log.seek(0)
        return self.log.read()[-2000:].strip()

    def stop(self) -> None:
        """End it, politely first."""
        processes = self.tree() if self._popen.poll() is None else []
        self._popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(STOP_TIMEOUT_S)
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout, self.log):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def cpu_s(processes: Sequence[psutil.Process]) -> float:
    """User and system time so far of some processes."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def pin_self() -> None:
    """Keep the bench itself off the server's core."""
    psutil.Process().cpu_affinity(CLIENT_CORE)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder."""
    with tempfile.TemporaryDirectory(prefix="brook-bench-") as path:
        yield Path(path)
