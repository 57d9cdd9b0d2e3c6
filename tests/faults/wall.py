"""Two doors in front of services: one that lets nothing through while it is shut, one that knows several ways in."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from tests.services import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

CHUNK = 65_536


class Wall:
    """Listens on a port of its own and hands connections on to the first of those behind it who takes them, in turn.

    While it is shut nothing comes through, neither refusal nor end: the bytes wait, as the kernel keeps them for a
    network that has lost its way, and go on when it opens.
    """

    def __init__(self, *ports_behind: int, host: str = HOST, host_behind: str = HOST) -> None:
        self.port = free_port()
        self.refused = 0
        self._host = host
        self._behind = deque((host_behind, port) for port in ports_behind)
        self._opened = asyncio.Event()
        self._opened.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Of the HTTP server behind it."""
        return f"http://{self._host}:{self.port}"

    def shut(self) -> None:
        """From now on silence, for those who are connected and for those who try to be."""
        self._opened.clear()

    def open(self) -> None:
        """What waited goes on."""
        self._opened.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        self._keep(self._join(near, to_near))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        await self._opened.wait()
        connection = await self._connect()
        if connection is None:
            to_near.transport.abort()
            return
        far, to_far = connection
        ways = {asyncio.ensure_future(self._carry(near, to_far)), asyncio.ensure_future(self._carry(far, to_near))}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await self._opened.wait()
        finally:
            for way in ways:
                way.cancel()
            to_near.close()  # after what was written to it
            to_far.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self._behind.rotate()
        for address in list(self._behind):
            try:
                return await asyncio.open_connection(*address)
            except OSError:
                self.refused += 1
        return None

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK):
                await self._opened.wait()
                target.write(chunk)
                await target.drain()
