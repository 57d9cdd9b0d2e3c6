"""A TCP proxy between browser and server that cuts, swallows and holds back, as networks do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Self, TypeVar

from tests.services import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

STREAM = b"/api/realtime/stream"
LONG_POLL = b"wait=25"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: close sends RST instead of FIN
LUMP_EVERY_S = 0.005

T = TypeVar("T")


class Connection:
    """One of the browser's, and ours to the server."""

    def __init__(self, browser: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.browser = browser
        self.server = server
        self.asked = b""  # the line of the last request

    def close(self, *, reset: bool = False) -> None:
        """Both ends."""
        if reset:
            raw = self.browser.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.browser.transport.abort()
        for writer in (self.browser, self.server):
            writer.close()


class Proxy:
    """`base_url` instead of the server's. The methods may be called from the test's thread."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self.base_url = f"http://{HOST}:{self.port}"
        self._server_port = port
        self.asked: list[str] = []  # the first lines of all requests
        self._connections: set[Connection] = set()
        self._blocked: tuple[bytes, ...] = ()
        self._lumps_of = 0
        self._swallows = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None

    # --- what the network does ----------------------------------------------------------------------------------------
    @property
    def streams(self) -> int:
        """How many connections carry a stream now."""
        return self._call(lambda: sum(STREAM in connection.asked for connection in self._connections))

    def cut(self, *, reset: bool = False) -> None:
        """Every connection ends now, by FIN or by RST."""

        def cut() -> None:
            for connection in list(self._connections):
                connection.close(reset=reset)

        self._call(cut)

    def block(self, *addresses: bytes) -> None:
        """Requests whose address contains one of these are cut, those under way too. None: nothing is blocked."""

        def block() -> None:
            self._blocked = addresses
            for connection in list(self._connections):
                if self._is_blocked(connection):
                    connection.close(reset=True)

        self._call(block)

    def swallow(self, *, swallows: bool = True) -> None:
        """What the server says on a stream disappears from now on, and nobody hears that the connection is dead."""
        self._call(lambda: setattr(self, "_swallows", swallows))

    def lump(self, size: int) -> None:
        """Bytes come some at a time, in lumps of this size that know of no frame and no character; 0: as they are."""
        self._call(lambda: setattr(self, "_lumps_of", size))

    # --- how ----------------------------------------------------------------------------------------------------------
    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._wait(asyncio.start_server(self._accept, HOST, self.port))
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._call(self._server.close)
        self.cut()
        self._wait(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, act: Callable[[], T]) -> T:
        async def call() -> T:
            return act()

        return self._wait(call())

    def _wait(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _is_blocked(self, connection: Connection) -> bool:
        return any(address in connection.asked for address in self._blocked)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(HOST, self._server_port)
        except OSError:
            writer.close()
            return
        connection = Connection(writer, to_server)
        self._connections.add(connection)
        try:
            with contextlib.suppress(OSError):
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._ask(reader, connection))
                    group.create_task(self._answer(from_server, connection))
        except* OSError:
            pass
        finally:
            connection.close()
            self._connections.discard(connection)

    async def _ask(self, reader: asyncio.StreamReader, connection: Connection) -> None:
        while data := await reader.read(65_536):
            line = data.split(b"\r\n", 1)[0]
            if line.endswith(b"HTTP/1.1"):
                connection.asked = line
                self.asked.append(line.decode())
            if self._is_blocked(connection):
                connection.close(reset=True)
                return
            connection.server.write(data)
        connection.close()

    async def _answer(self, reader: asyncio.StreamReader, connection: Connection) -> None:
        while data := await reader.read(65_536):
            if self._swallows and STREAM in connection.asked:
                await self._be_dead(reader)
                return
            if self._lumps_of and STREAM in connection.asked:
                await self._write_in_lumps(data, connection)
            else:
                connection.browser.write(data)
        connection.close()

    async def _be_dead(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(65_536):
            pass

    async def _write_in_lumps(self, data: bytes, connection: Connection) -> None:
        size = self._lumps_of
        for start in range(0, len(data), size):
            connection.browser.write(data[start : start + size])
            await asyncio.sleep(LUMP_EVERY_S)  # else the kernel joins them again
