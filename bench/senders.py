"""Clients that send one message after another, each on a connection that is kept, all in one process on epoll."""

from __future__ import annotations

import itertools
import select
import socket
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from bench.brook import message_body
from bench.http import is_whole, request_bytes
from bench.processes import HOST

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT_S = 30


@dataclass
class Sender:
    """A person who sends into one conversation."""

    token: str
    conversation: str


@dataclass
class Sent:
    """What became of it."""

    sent: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float
    client_cpu_s: float


class Senders:
    """Closed loop: each sends again as soon as it has its answer."""

    def __init__(self, port: int, senders: Sequence[Sender]) -> None:
        self._senders = senders
        self._numbers = itertools.count()
        self._sockets = [socket.create_connection((HOST, port), TIMEOUT_S) for _sender in senders]
        self._epoll = select.epoll()
        self._by_fd = {}
        for number, connection in enumerate(self._sockets):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._epoll.register(connection.fileno(), select.EPOLLIN)
            self._by_fd[connection.fileno()] = number

    def run(self, seconds: float) -> Sent:
        """Send for so long, then take the last answers."""
        begun = time.perf_counter()
        cpu = psutil.Process().cpu_times()
        begun_at = [0.0] * len(self._sockets)
        answers = [b""] * len(self._sockets)
        took: list[float] = []
        failed = 0
        waiting = set(range(len(self._sockets)))
        for number in waiting:
            begun_at[number] = time.perf_counter()
            self._send(number)
        while waiting:
            ready = self._epoll.poll(TIMEOUT_S)
            if not ready:
                raise TimeoutError(f"{len(waiting)} sends were not answered")
            for fd, _event in ready:
                number = self._by_fd[fd]
                data = self._sockets[number].recv(65536)
                if not data:
                    raise ConnectionError("the server closed a connection")
                answers[number] += data
                if not is_whole(answers[number]):
                    continue
                now = time.perf_counter()
                took.append((now - begun_at[number]) * 1000)
                failed += not answers[number].startswith(b"HTTP/1.1 201")
                answers[number] = b""
                if now - begun < seconds:
                    begun_at[number] = now
                    self._send(number)
                else:
                    waiting.discard(number)
        cuts = statistics.quantiles(took, n=100)
        after = psutil.Process().cpu_times()
        used = after.user + after.system - cpu.user - cpu.system
        return Sent(len(took) - failed, failed, time.perf_counter() - begun, cuts[49], cuts[98], used)

    def _send(self, number: int) -> None:
        sender = self._senders[number]
        unique = f"{id(self)}-{next(self._numbers)}"
        body = message_body(sender.conversation, unique, "A message of an ordinary length, as people write them.")
        self._sockets[number].sendall(request_bytes("POST", "/api/messages", token=sender.token, body=body))

    def close(self) -> None:
        """Close all connections."""
        self._epoll.close()
        for connection in self._sockets:
            connection.close()
