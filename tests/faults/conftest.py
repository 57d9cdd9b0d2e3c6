"""What the fault tests share: services that may be killed, servers that are, and a place to print figures."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.reader import Reader
from tests.faults.server import House, Server
from tests.faults.waiting import eventually
from tests.faults.writer import Writer
from tests.services import Postgres, Valkey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from tests.faults.server import Cast

OPEN_TIMEOUT_S = 30

logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request would drown what failed


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """PostgreSQL as in production and Valkey, the tests' own: they get killed."""
    with Postgres(durable=True) as postgres, Valkey() as valkey:
        yield House(tmp_path_factory.mktemp("faults"), postgres, valkey)


@pytest.fixture
def serve(house: House) -> Iterator[Callable[..., Server]]:
    """Starts server processes: `serve("one")`; wait for `ready()`. None outlives the test."""
    servers: list[Server] = []

    def start(name: str, program: Sequence[str] = ("manage.py",)) -> Server:
        server = Server(house, name, program)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.clear_away()


@pytest.fixture(scope="package")
def standing_pair(house: House) -> Iterator[list[Server]]:
    """Two processes that stay from one test to the next."""
    servers = [Server(house, "one"), Server(house, "two")]
    yield servers
    for server in servers:
        server.clear_away()


@pytest.fixture
async def pair(standing_pair: list[Server]) -> list[Server]:
    """Two processes, ready to serve, whatever happened to them in other tests."""
    for server in standing_pair:
        if not server.is_running:
            server.start()
    await asyncio.gather(*(server.ready() for server in standing_pair))
    return standing_pair


@pytest.fixture
async def follow() -> AsyncIterator[Callable[..., Any]]:
    """Opens streams: `await follow(cast, [0, 1], servers)` gives one of each of these people, greeted."""
    readers: list[Reader] = []

    async def open_streams(cast: Cast, people: Sequence[int], servers: Sequence[Server]) -> list[Reader]:
        new = []
        for number, person in enumerate(people):
            turned = [*servers[number % len(servers) :], *servers[: number % len(servers)]]
            new.append(Reader(f"{number}", cast.tokens[person], turned, cast.conversations_of(person)))
            new[-1].open()
        readers.extend(new)
        assert await eventually(lambda: all(reader.is_open for reader in new), OPEN_TIMEOUT_S)
        return new

    yield open_streams
    for reader in readers:
        await reader.close()


@pytest.fixture
async def write() -> AsyncIterator[Callable[..., Any]]:
    """Gives writers: `await write(cast, 0, servers)`."""
    async with AsyncExitStack() as stack:

        async def new(cast: Cast, person: int, servers: Sequence[Server]) -> Writer:
            return await stack.enter_async_context(Writer(cast.tokens[person], servers))

        yield new


@pytest.fixture
def full() -> bool:
    """Whether the long forms are wanted: BROOK_FAULTS=full."""
    return os.environ.get("BROOK_FAULTS") == "full"


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Prints figures, whatever pytest captures: `show("title", lost=0)`."""

    def write_table(title: str, **figures: object) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {title}\n")
            for name, value in figures.items():
                shown = f"{value:.3f}" if isinstance(value, float) else value
                sys.stdout.write(f"    {name.replace('_', ' '):<28} {shown}\n")

    return write_table
