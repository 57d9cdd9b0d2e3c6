"""uvicorn as Brook runs it: streams end when it stops, and are let at their connections."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config.memory import settle
from realtime import hub
from realtime.asgi import WIRE

if TYPE_CHECKING:
    import socket
    from asyncio import Transport
    from collections.abc import Callable
    from types import FrameType

    from uvicorn.protocols.http.flow_control import FlowControl

GRACE_S = 5  # how long requests may take to end when the server is told to stop
END_STREAMS_S = 2.0  # streams end spread over this time, so that their clients do not come back all at once
BACKLOG = 4096
LAST_REQUESTS_S = 0.5  # who has connected when the server is told to stop is about to ask, and is answered


class Wire:
    """The connection under a stream, as `realtime.stream.Wire` wants it."""

    __slots__ = ("_flow", "_transport")

    def __init__(self, transport: Transport, flow: FlowControl) -> None:
        self._transport = transport
        self._flow = flow

    def write(self, chunk: bytes) -> bool:
        """Write at once; False where the socket is full, and nothing was written."""
        if self._flow.write_paused:
            return False
        self._transport.write(chunk)
        return True

    def abort(self) -> None:
        """Drop the connection without writing what waits."""
        self._transport.abort()


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP with a `Wire` in the extensions of each request's scope."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {WIRE: Wire(self.transport, self.flow)}  # type: ignore[dict-item] # for us alone


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
