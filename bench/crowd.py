"""Many clients of one server in one process: raw sockets on epoll, reading as little as possible of what comes.

Run as a program it is the crowd; `Crowd` is the handle that a bench holds. Orders come by standard input, a line each.
"""

from __future__ import annotations

import array
import json
import os
import resource
import select
import socket
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.processes import CLIENT_CORE, HOST, Process

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STAMP = 19
# What a message says: @t=, and when it was sent as 19 digits of nanoseconds. Its content alone is counted, and not what
# a notification of it quotes.
MARK = b'"content":"@t='
WARM_UP = 20
IN_FLIGHT = 100  # how many connect at once
CONNECT_TIMEOUT_S = 180


def mark() -> str:
    """What to put into a payload that is sent now."""
    return f"@t={time.monotonic_ns():0{STAMP}d}@"


class Crowd(Process):
    """Opens streams: `connect` returns when every one of them has had its first event."""

    def __init__(self, port: int, requests: Sequence[bytes], ready: bytes, work: Path, counts: str = "") -> None:
        path = work / "requests.json"
        path.write_text(json.dumps([request.decode() for request in requests]))
        super().__init__(
            ["python", "-m", "bench.crowd", str(port), str(path), ready.decode(), counts], cores=CLIENT_CORE, talks=True
        )
        self.size = len(requests)

    def warm_up(self) -> None:
        """Open a few streams and close them: what the server loads at its first ones is no part of their memory."""
        self.ask("warm")

    def connect(self) -> float:
        """Seconds that it took to connect them all."""
        return float(self.ask("connect")["seconds"])

    def wait_until_received(self, expected: int, patience_s: float = 3.0) -> int:
        """How many events came in all, waiting for the expected number until nothing comes any more."""
        received, changed_at = -1, time.monotonic()
        while received < expected and time.monotonic() - changed_at < patience_s:
            time.sleep(0.1)
            now = int(self.ask("count")["received"])
            if now != received:
                received, changed_at = now, time.monotonic()
        return received

    def report(self) -> dict[str, Any]:
        """What came since the last report: received, bytes, closed, p50_ms, p99_ms, cpu_s; last_p50_ms and
        last_p99_ms until the last of those that something was for had it."""
        answer: dict[str, Any] = self.ask("report")
        return answer


class _Clients:
    def __init__(self, port: int, requests: Sequence[bytes], ready: bytes, counts: bytes) -> None:
        self._port, self._requests, self._ready = port, requests, ready
        self._counts = counts  # instead of marks
        self._epoll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._rest: dict[int, bytes] = {}
        self._opening: dict[int, bytes] = {}
        self.latencies = array.array("q")
        self.last: dict[bytes, int] = {}  # by when it was sent: when the last one got it
        self.received = self.bytes = self.closed = 0

    def warm_up(self) -> float:
        seconds = self.connect(WARM_UP)
        for client in self._sockets.values():
            client.close()  # which takes it out of the epoll, too
        self._sockets.clear()
        return seconds

    def connect(self, count: int | None = None) -> float:
        begun = time.monotonic()
        todo = list(reversed(self._requests[:count]))
        while todo or self._opening:
            while todo and len(self._opening) < IN_FLIGHT:
                client = socket.create_connection((HOST, self._port))
                client.sendall(todo.pop())
                client.settimeout(0)
                self._sockets[client.fileno()] = client
                self._opening[client.fileno()] = b""
                self._epoll.register(client.fileno(), select.EPOLLIN)
            self.read(1.0)
            if time.monotonic() - begun > CONNECT_TIMEOUT_S:
                raise SystemExit(f"{len(self._opening)} of {len(self._requests)} got no stream")
        return time.monotonic() - begun

    def read(self, timeout_s: float) -> bool:
        """Take what comes; whether there is an order."""
        ordered = False
        for fd, _event in self._epoll.poll(timeout_s):
            if fd == 0:
                ordered = True
                continue
            data = self._sockets[fd].recv(262_144)
            now = time.monotonic_ns()
            if not data:
                self.closed += 1
                self._epoll.unregister(fd)
            elif fd in self._opening:
                self._open(fd, data, now)
            else:
                self._take(fd, data, now)
        return ordered

    def _open(self, fd: int, data: bytes, now: int) -> None:
        data = self._opening[fd] + data
        if not data.startswith(b"HTTP/1.1 200"[: len(data)]):
            raise SystemExit(f"no stream: {data[:500]!r}")
        self._opening[fd] = data
        if self._ready in data:
            del self._opening[fd]
            self._take(fd, data.partition(self._ready)[2], now)  # what it missed may come in the same breath

    def _take(self, fd: int, data: bytes, now: int) -> None:
        self.bytes += len(data)
        if fd in self._rest:
            data = self._rest.pop(fd) + data
        if self._counts:
            self.received += data.count(self._counts)
            self._rest[fd] = data[len(data) - len(self._counts) + 1 :]
            return
        place = data.find(MARK)
        end = 0
        while place >= 0:
            end = place + len(MARK) + STAMP
            if end > len(data):
                self._rest[fd] = data[place:]
                return
            sent = data[end - STAMP : end]
            self.latencies.append(now - int(sent))
            self.last[sent] = now
            self.received += 1
            place = data.find(MARK, end)
        if not data.endswith(b"\r\n"):  # cut within a chunk, perhaps within a mark
            self._rest[fd] = data[max(end, len(data) - len(MARK) + 1) :]

    def report(self) -> dict[str, Any]:
        cuts = _percentiles(latency / 1e6 for latency in self.latencies)
        last = _percentiles((at - int(sent)) / 1e6 for sent, at in self.last.items())
        times = os.times()
        answer = {
            "received": self.received,
            "bytes": self.bytes,
            "closed": self.closed,
            "p50_ms": cuts[49],
            "p99_ms": cuts[98],
            "last_p50_ms": last[49],
            "last_p99_ms": last[98],
            "cpu_s": times.user + times.system,
        }
        self.latencies, self.last = array.array("q"), {}
        self.received = self.bytes = 0
        return answer

    def obey(self) -> None:
        """Carry out the orders that come by standard input, until it ends."""
        self._epoll.register(0, select.EPOLLIN)
        while True:
            if not self.read(-1):
                continue
            order = os.read(0, 100).decode().strip()
            if order in {"warm", "connect"}:
                _tell({"seconds": self.warm_up() if order == "warm" else self.connect()})
            elif order == "count":
                _tell({"received": self.received})
            elif order == "report":
                _tell(self.report())
            else:
                return


def _percentiles(values: Iterable[float]) -> list[float]:
    """The 1st to the 99th."""
    known = list(values)
    return statistics.quantiles(known, n=100) if len(known) > 1 else [0.0] * 99


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def raise_file_limit() -> int:
    """Take as many files as the system allows; how many that is."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def main() -> None:
    """`python -m bench.crowd PORT REQUESTS READY COUNTS`"""
    raise_file_limit()
    port, path, ready, counts = sys.argv[1:]
    requests = [request.encode() for request in json.loads(Path(path).read_text())]
    clients = _Clients(int(port), requests, ready.encode(), counts.encode())
    clients.obey()


if __name__ == "__main__":
    main()
