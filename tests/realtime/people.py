"""People with clients of their own, for the tests over HTTP."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from tests.server import Server

PASSWORD = "a fine long password"
STREAM = "/api/realtime/stream"
Cast = Callable[[str], "Person"]


class Person:
    """Somebody with an API client of their own."""

    def __init__(self, server: Server, name: str) -> None:
        self.http = httpx.Client(base_url=server.base_url, timeout=30)
        self.id = self.http.post("/api/auth/register", json={"username": name, "password": PASSWORD}).json()["id"]
        tokens = self.http.post("/api/auth/token", json={"username": name, "password": PASSWORD}).json()
        self.refresh = tokens["refresh"]
        self.http.headers["Authorization"] = f"Bearer {tokens['access']}"

    def open_direct(self, other: Person) -> str:
        answer = self.http.post("/api/conversations/direct", json={"user_id": other.id})
        assert answer.status_code in {200, 201}
        return str(answer.json()["id"])

    def say(self, conversation_id: str, content: str) -> str:
        body = {"conversation_id": conversation_id, "client_id": os.urandom(8).hex(), "content": content}
        answer = self.http.post("/api/messages", json=body)
        assert answer.status_code == 201
        return str(answer.json()["id"])

    def log_out(self) -> httpx.Response:
        return self.http.post("/api/auth/logout", json={"refresh": self.refresh})

    @contextmanager
    def stream(self, cursor: str | None = None) -> Iterator[Reader]:
        headers = {"Last-Event-ID": cursor} if cursor else {}
        with self.http.stream("GET", STREAM, headers=headers) as answer:
            assert answer.status_code == 200
            reader = Reader(answer, answer.iter_lines())
            assert reader.next("init")
            yield reader


@dataclass
class Reader:
    """Blocks of a stream, one at a time."""

    answer: httpx.Response
    lines: Iterator[str]
    cursor: str = ""

    def blocks(self) -> Iterator[tuple[str, Any]]:
        event, data = "", None
        for line in self.lines:
            name, _colon, value = line.partition(": ")
            if name == "id":
                self.cursor = value
            elif name == "event":
                event = value
            elif name == "data":
                data = orjson.loads(value)
            elif not line and event:
                yield event, data
                event, data = "", None

    def next(self, wanted: str) -> Any:
        """The data of the next event, which must be of this type; pings do not count."""
        event, data = next(block for block in self.blocks() if block[0] != "ping")
        assert event == wanted
        return data

    def said(self) -> str:
        """What the next message says. What was done before the stream began may get its place only after that."""
        return str(next(data for event, data in self.blocks() if event == "message.created")["message"]["content"])
