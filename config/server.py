"""uvicorn as Brook runs it: streams end when it stops, and are let at their connections."""

from __future__ import annotations

import asyncio
import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config.memory import settle
from realtime import hub
from realtime.asgi import WIRE

if TYPE_CHECKING:
    import socket
    from asyncio import Transport
    from collections.abc import Callable
    from types import FrameType

GRACE_S = 5  # how long requests may take to end when the server is told to stop
END_STREAMS_S = 2.0  # streams end spread over this time, so that their clients do not come back all at once
BACKLOG = 4096
LAST_REQUESTS_S = 0.5  # who has connected when the server is told to stop is about to ask, and is answered


class Event(asyncio.Event):
    """asyncio's with a list for its waiters: an empty deque takes 0.6 KB, and each connection would have two."""

    def __init__(self) -> None:
        super().__init__()
        self._waiters = []  # type: ignore[assignment] # what of a deque is used there, a list has too


class Flow(FlowControl):
    """uvicorn's, with an event of its own from the first pause on."""

    def __init__(self, transport: Transport, never_paused: asyncio.Event) -> None:
        self._transport = transport
        self.read_paused = self.write_paused = False
        self._is_writable_event = never_paused

    def pause_writing(self) -> None:
        if not self.write_paused:
            self._is_writable_event = Event()
        super().pause_writing()


class Wire:
    """The connection under a stream, as `realtime.stream.Wire` wants it."""

    __slots__ = ("_flow", "_is_lost", "_transport", "_when_lost")

    def __init__(self, transport: Transport, flow: FlowControl) -> None:
        self._transport = transport
        self._flow = flow
        self._is_lost = False
        self._when_lost: Callable[[], object] | None = None

    def write(self, chunk: bytes) -> bool:
        """Write at once; False where the socket is full, and nothing was written."""
        if self._flow.write_paused:
            return False
        self._transport.write(chunk)
        return True

    def abort(self) -> None:
        """Drop the connection without writing what waits."""
        self._transport.abort()

    def when_lost(self, call: Callable[[], object] | None) -> None:
        """Have something called when the connection is gone, at once where it is; None takes it back."""
        self._when_lost = call
        if call is not None and self._is_lost:
            call()

    def lost(self) -> None:
        """The connection is gone."""
        self._is_lost = True
        if self._when_lost is not None:
            self._when_lost()


class Pipeline(list[Any]):
    """The requests that wait behind one, the next one last: uvicorn's deque would be empty in every connection."""

    __slots__ = ()

    def appendleft(self, waiting: Any) -> None:
        """As a deque does it."""
        self.insert(0, waiting)


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP with a `Wire` in the extensions of each request's scope, small enough to be had 10,000 times."""

    wire: Wire

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.pipeline = Pipeline()  # type: ignore[assignment] # what of a deque is used here

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        self.flow = Flow(transport, _never_paused())
        self.wire = Wire(transport, self.flow)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {WIRE: self.wire}  # type: ignore[dict-item] # for us alone

    def on_headers_complete(self) -> None:
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:  # its task begins only after this
            self.cycle.message_event = Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.wire.lost()


@cache
def _never_paused() -> asyncio.Event:
    event = Event()
    event.set()
    return event


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, and ends the streams when told to stop: it would wait for them for ever."""

    def __init__(self, ready: Callable[[], None], application: str = "application") -> None:
        super().__init__(_configuration(application))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        settle()
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Closing drops connections that wait to be accepted, and those whose request is still on its way: behind a
        # balancer that is a POST nobody answers, and it may not be sent again.
        for _turn in range(2):
            await asyncio.sleep(0)  # accepts who waits
        for server in self.servers:
            server.close()
        await asyncio.sleep(LAST_REQUESTS_S)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if own := hub.running():
            own.loop.call_soon_threadsafe(own.end_streams, END_STREAMS_S)
        super().handle_exit(sig, frame)


def _configuration(application: str) -> uvicorn.Config:
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return uvicorn.Config(
        f"config.asgi:{application}",
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe any X-Forwarded-For from 127.0.0.1; Django counts the proxies
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        backlog=BACKLOG,
    )
