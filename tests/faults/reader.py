"""A stream's client on a bare socket: comes back at once with its cursor, and notes all that it dispatched."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from tests.faults.sse import Event, Parser
from tests.services import HOST

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from tests.faults.server import Cast

    class Follow(Protocol):
        """The fixture that opens streams."""

        def __call__(
            self, cast: Cast, people: Sequence[int], servers: Sequence[Door], *, token: str = "", cookie: str = ""
        ) -> Awaitable[list[Reader]]: ...


OPEN_TIMEOUT_S = 5
RETRY_S = 0.05
HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Seen:
    """A message as a stream brought it, and when."""

    conversation: str
    seq: int
    id: str
    at: float


@dataclass(frozen=True)
class Told:
    """Anything else that a stream brought, and when."""

    type: str
    data: dict[str, Any]
    at: float


class Door(Protocol):
    """What can be connected to: a server, or what stands before it. On HOST."""

    @property
    def port(self) -> int: ...

    @property
    def url(self) -> str: ...


class Reader:
    """One open stream, of whichever server answers. It stays away once it was told that its session has ended."""

    def __init__(self, name: str, token: str, servers: Sequence[Door], conversations: Sequence[str]) -> None:
        self.name = name
        self.conversations = list(conversations)
        self.cursor = ""
        self.connects = 0
        self.resets: list[str] = []
        self.seen: list[Seen] = []
        self.passing: list[tuple[str, dict[str, Any]]] = []  # presence and typing
        self.told: list[Told] = []  # neither message.created nor passing
        self.lost_at: list[float] = []  # when connections ended
        self.server: Door | None = None  # that it hangs on now
        self.credentials = ""  # the header's line
        self.renew(token)
        self._servers = itertools.cycle(servers)
        self._task: asyncio.Task[None] | None = None

    def renew(self, token: str) -> None:
        """Come with this token the next time."""
        self.credentials = f"Authorization: Bearer {token}"
        self._has_ended = False

    def open(self) -> None:
        """Begin to follow, or go on where it was."""
        self._task = asyncio.create_task(self._follow_for_ever())

    async def close(self) -> None:
        """Go away; raises what went wrong in the meantime, other than lost connections."""
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def is_open(self) -> bool:
        """Whether it hangs on a server that has greeted it; raises what made it give up."""
        if self._task is not None and self._task.done():
            self._task.result()
        return self.server is not None

    @property
    def pos(self) -> int:
        """The place in the log up to which it has everything that is for it."""
        return int(self.cursor.partition(".")[2] or 0)

    def saw(self, message_id: str) -> float | None:
        """When it first saw a message, if it did."""
        return next((seen.at for seen in reversed(self.seen) if seen.id == message_id), None)

    def heard(self, event_type: str) -> list[Told]:
        """What it was told of one type."""
        return [told for told in self.told if told.type == event_type]

    async def _follow_for_ever(self) -> None:
        while not self._has_ended:
            server = next(self._servers)
            try:
                await self._follow(server)
            except (OSError, EOFError, TimeoutError):
                # Nobody there, or cut off: the next one.
                await asyncio.sleep(RETRY_S)
            finally:
                if self.server is not None:
                    self.lost_at.append(time.monotonic())
                self.server = None

    async def _follow(self, server: Door) -> None:
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            incoming, outgoing = await asyncio.open_connection(HOST, server.port)
        try:
            outgoing.write(self._request())
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                head = await incoming.readuntil(b"\r\n\r\n")
            status = int(head.split(maxsplit=2)[1])
            if status >= 500:
                raise ConnectionError(status)
            assert status == 200, head
            self.connects += 1
            parser = Parser(self.cursor)
            while chunk := await _chunk(incoming):
                for event in parser.feed(chunk):
                    self._take(event, server)
                self.cursor = parser.last_id
        finally:
            outgoing.transport.abort()

    def _request(self) -> bytes:
        lines = [
            "GET /api/realtime/stream HTTP/1.1",
            f"Host: {HOST}",
            "Accept: text/event-stream",
            self.credentials,
            *([f"Last-Event-ID: {self.cursor}"] if self.cursor else []),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _take(self, event: Event, server: Door) -> None:
        data: dict[str, Any] = json.loads(event.data)
        if event.type == "message.created":
            message = data["message"]
            self.seen.append(Seen(message["conversation_id"], message["seq"], message["id"], time.monotonic()))
        elif event.type == "init":
            self.server = server
        elif event.type == "reset":
            self.resets.append(data["reason"])
        elif event.type == "auth.ended":
            self._has_ended = True
        elif event.type.startswith(("presence.", "typing.")):
            self.passing.append((event.type, data))
        if event.type != "ping" and not event.type.startswith(("message.created", "presence.", "typing.")):
            self.told.append(Told(event.type, data, time.monotonic()))


async def _chunk(incoming: asyncio.StreamReader) -> bytes:
    """The next chunk of a chunked body (RFC 9112, 7.1), empty at its end."""
    size = int((await incoming.readuntil(b"\r\n")).split(b";")[0], 16)
    data = await incoming.readexactly(size + 2)
    return data[:-2]
