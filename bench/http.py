"""The least HTTP/1.1 client that does: a bench measures servers, not clients."""

from __future__ import annotations

import socket

from bench.processes import HOST


def request_bytes(method: str, path: str, *, token: str = "", body: bytes = b"", **headers: str) -> bytes:
    """A whole request; `last_event_id=...` is a header."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n"
    for name, value in {"accept": "*/*", **headers}.items():
        head += f"{name.replace('_', '-').title()}: {value}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def is_whole(answer: bytes) -> bool:
    """Whether an answer with a Content-Length is there up to its end."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return False
    _before, _name, after = head.lower().partition(b"content-length:")
    return len(body) >= int(after.partition(b"\r\n")[0] or 0)


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), 30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """Send a request; its answer."""
        self._socket.sendall(request)
        answer = b""
        while not is_whole(answer):
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("the server closed the connection")
            answer += data
        return answer

    def close(self) -> None:
        """Close it."""
        self._socket.close()
