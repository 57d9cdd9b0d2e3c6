"""The raw ASGI application beside Django that holds the streams open, and the polls that wait.

A Django streaming view would pin a thread a stream (2,000 streams, 2,002 threads); this holds two small tasks.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from realtime import conf, gate, hub
from realtime.gate import Gate, Granted, PollGranted, StreamGranted, raw_headers
from realtime.poll import Poll
from realtime.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from uuid import UUID

    from django.http import HttpResponse

    from realtime.stream import Wire, Write

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Run = Callable[[Write], Awaitable[None]]
    Headers = list[tuple[bytes, bytes]]

STREAM_PATH = "/api/realtime/stream"
CONVERSATION_PATH = f"{STREAM_PATH}/conversation/"
POLL_PATH = "/api/realtime/poll"
READY_WAIT_S = 3.0
WIRE = "brook.wire"  # the extension by which a server lets a stream at its connection; others do without


def serves(path: str) -> bool:
    """Whether an address is one of `RawApplication`'s."""
    return path in {STREAM_PATH, POLL_PATH} or path.startswith(CONVERSATION_PATH)


class RawApplication:
    """ASGI application for the addresses that `serves` names."""

    def __init__(self) -> None:
        self._gate = Gate()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        own = hub.get()
        await own.wait_ready(READY_WAIT_S)  # where that fails, the view answers 503
        work = await self._begin(own, scope, receive, send)
        if work is not None:
            await work

    async def _begin(
        self, own: hub.Hub, scope: dict[str, Any], receive: Receive, send: Send
    ) -> Coroutine[Any, Any, None] | None:
        """Ask Django; what is to be done then, or None where its answer was all. Nothing of Django's may outlive this:
        it would cost each open stream 12 KB."""
        response = await own.pool.run(gate.ask, self._gate, own, scope, _more_init)
        if not isinstance(response, Granted):
            await _answer(response, send)
            return None
        del response["Content-Length"]  # of the empty body that Django saw
        headers = raw_headers(response)
        response.close()
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return None
        if isinstance(response, PollGranted):
            return _poll(Poll(own, response.viewer), response, headers, receive, send)
        assert isinstance(response, StreamGranted)  # noqa: S101 - there are these two
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        wire: Wire | None = scope.get("extensions", {}).get(WIRE)
        stream = Stream(own, response.viewer, wire)
        stream.opening = response.opening
        stream.note("granted", request_id=response.get("X-Request-Id", ""))
        run = partial(stream.run, cursor=_requested_cursor(scope), more_init=_more_init, snapshot=response.snapshot)
        scope["headers"].clear()  # they would be kept as long as the stream
        return _stream(stream, wire, run, receive, send)


async def _stream(stream: Stream, wire: Wire | None, run: Run, receive: Receive, send: Send) -> None:
    async def write(data: bytes) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": True})

    with _WhileConnected(receive, wire):
        await run(write)
        await send({"type": "http.response.body", "body": b""})
    if stream.was_cut and wire is not None:
        wire.abort()  # the server would close only after writing what the client does not read
        await receive()  # until it knows that the client is gone: else it complains of an unfinished answer


async def _poll(poll: Poll, granted: PollGranted, headers: Headers, receive: Receive, send: Send) -> None:
    with _WhileConnected(receive):
        answer = await poll.answer(granted.cursor, granted.wait_s)
        body = answer.body()
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body})
        poll.answered(answer)


class _WhileConnected:
    """Leaves the block where the client goes. A wire says so; elsewhere a task asks, which costs each stream 2 KB."""

    __slots__ = ("_receive", "_task", "_watch", "_wire")

    def __init__(self, receive: Receive, wire: Wire | None = None) -> None:
        self._receive = receive
        self._wire = wire
        self._watch: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we run inside one
        self._task = task
        if self._wire is not None:
            self._wire.when_lost(task.cancel)
        else:
            self._watch = asyncio.create_task(_cancel_on_disconnect(self._receive, task))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if self._wire is not None:
            self._wire.when_lost(None)
        if self._watch is not None:
            self._watch.cancel()
        left = kind is not None and issubclass(kind, asyncio.CancelledError)
        if left:
            # The client went, or was cut off; only a server that shuts down cancels otherwise, and that ends us too.
            self._task.uncancel()
        return left


async def _cancel_on_disconnect(receive: Receive, task: asyncio.Task[Any]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    task.cancel()


def _requested_cursor(scope: dict[str, Any]) -> str | None:
    """`Last-Event-ID`, or for a client's first connection `?last_event_id=`; None asks for events from now on."""
    for name, value in scope["headers"]:
        if name == b"last-event-id":
            return str(value.decode("latin1"))
    values = parse_qs(scope["query_string"].decode("latin1")).get("last_event_id")
    return values[0] if values else None


def _more_init(user_id: UUID) -> dict[str, Any]:
    extra = conf.hook("INIT")
    return {**(extra(user_id) if extra else {}), "features": conf.option("FEATURES", {})}


async def _answer(response: HttpResponse, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status_code, "headers": raw_headers(response)})
    await send({"type": "http.response.body", "body": response.content})
    response.close()


async def lifespan(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """ASGI lifespan: the hub starts with the process and ends with it. (Servers without lifespan start it at need.)"""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.get()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if own := hub.running():
                await own.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
