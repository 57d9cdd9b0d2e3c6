"""sse-starlette as its documentation has it: one hub in the process, a queue for each client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

queues: set[asyncio.Queue[str]] = set()


async def events(_request: Request) -> EventSourceResponse:
    """A stream of everything that is published."""
    return EventSourceResponse(follow())


async def follow() -> AsyncIterator[ServerSentEvent]:
    """The events of one client."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    queues.add(queue)
    try:
        yield ServerSentEvent("{}", event="hello")
        number = 0
        while True:
            data = await queue.get()
            number += 1
            yield ServerSentEvent(data, event="message.created", id=str(number))
    finally:
        queues.discard(queue)


async def publish(request: Request) -> Response:
    """Hand the body to every client."""
    data = (await request.body()).decode()
    for queue in queues:
        queue.put_nowait(data)
    return Response(status_code=204, headers={"content-length": "0"})


application = Starlette(routes=[Route("/events/", events), Route("/publish", publish, methods=["POST"])])
