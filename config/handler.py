"""Django under ASGI, each request in one thread from end to end, as under WSGI."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.urls import set_script_prefix

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from django.http.response import HttpResponseBase

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[Mapping[str, Any]], Awaitable[None]]

THREADS = 16  # as many requests at a time; the others wait
END = object()


class ThreadHandler(ASGIHandler):
    """Django's handler goes to a thread and back for each hook of each middleware, signal and view: 2 ms CPU a request.

    Here all of it, none of which awaits anything, runs in one call in one of our threads. A client's disconnecting does
    not stop a request that has begun.
    """

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="django")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            body_file = await self.read_body(receive)
        except RequestAborted:
            return
        with body_file:
            response = await self._in_thread(self._respond, scope, body_file)
            if response.streaming and not response.is_async:
                response.streaming_content = self._in_parts(iter(response.streaming_content))
            try:
                await self.send_response(response, send)
            finally:
                if response.streaming:  # the others were closed in their thread
                    await self._in_thread(response.close)

    def _respond(self, scope: dict[str, Any], body_file: Any) -> Any:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        response: HttpResponseBase | None = None
        try:
            request, refusal = self.create_request(scope, body_file)
            response = refusal if request is None else self.get_response(request)
            response._handler_class = self.__class__  # type: ignore[union-attr] # Django's own way to name the sender
            return response
        finally:
            # This thread's connections go back once: `close` sends request_finished, to which Django's own
            # close_old_connections listens. A stream is closed later, and perhaps in another thread.
            if response is None or response.streaming:
                close_old_connections()
            else:
                response.close()

    async def _in_parts(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        """A file's parts, each read in a thread: Django would read all of them into memory first."""
        while (part := await self._in_thread(next, parts, END)) is not END:
            yield part

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
