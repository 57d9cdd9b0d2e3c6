"""What the fault tests share: services that may be killed, servers that are, and a place to print figures."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import textwrap
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

    from tests.faults.reader import Door
    from tests.faults.server import Cast

OPEN_TIMEOUT_S = 60
FIGURES = "figures"
VERDICT = ("lost", "twice", "out_of_order")
LINE = 120
TIMEOUT_S = 300

logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request would drown what failed


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """PostgreSQL as in production and Valkey, the tests' own: they get killed."""
    with contextlib.ExitStack() as stack:
        postgres, valkey = stack.enter_context(Postgres(durable=True)), stack.enter_context(Valkey())
        yield stack.enter_context(contextlib.closing(House(tmp_path_factory.mktemp("faults"), postgres, valkey)))


@pytest.fixture
def serve(house: House) -> Iterator[Callable[..., Server]]:
    """Starts server processes: `serve("one")`; wait for `ready()`. None outlives the test."""
    servers: list[Server] = []

    def start(name: str, program: Sequence[str] = ("manage.py",), **more: Any) -> Server:
        server = Server(more.pop("house", house), name, program, **more)
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
    """Opens streams: `await follow(cast, [0, 1], servers)` gives one of each of these people, greeted.

    With another `token` than their own, or the `cookie` of their browser.
    """
    readers: list[Reader] = []

    async def open_streams(
        cast: Cast, people: Sequence[int], servers: Sequence[Door], *, token: str = "", cookie: str = ""
    ) -> list[Reader]:
        new = []
        for number, person in enumerate(people):
            turned = [*servers[number % len(servers) :], *servers[: number % len(servers)]]
            reader = Reader(f"{number}", token or cast.tokens[person], turned, cast.conversations_of(person))
            if cookie:
                reader.credentials = f"Cookie: {cookie}"
            reader.open()
            new.append(reader)
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

        async def new(cast: Cast, person: int, servers: Sequence[Door], **more: Any) -> Writer:
            return await stack.enter_async_context(Writer(cast.tokens[person], servers, **more))

        yield new


@pytest.fixture
def full() -> bool:
    """Whether the complete forms are wanted: `bin/test --faults`."""
    return is_complete()


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Prints figures, whatever pytest captures, and once more in the table at the end: `show("title", lost=0)`."""

    def write_figures(title: str, **figures: object) -> None:
        record_property(FIGURES, (title, figures))
        with capsys.disabled():
            sys.stdout.write(f"\n  {title}\n")
            for name, value in figures.items():
                sys.stdout.write(f"    {name.replace('_', ' '):<28} {_shown(value)}\n")

    return write_figures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes start and services recover, on a machine that has other things to do: all are given time.

    What is marked `faults(complete=True)` is left to `bin/test --faults`.
    """
    for item in items:
        if item.get_closest_marker("faults") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(TIMEOUT_S))
    if not is_complete():
        items[:] = [item for item in items if not any(mark.kwargs for mark in item.iter_markers("faults"))]


def is_complete() -> bool:
    """Whether the complete forms are wanted."""
    return os.environ.get("BROOK_FAULTS") == "full"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of all figures, after the complete forms."""
    if not is_complete():
        return
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    rows = [value for report in reports for name, value in report.user_properties if name == FIGURES]
    terminalreporter.section("faults")
    for title, figures in rows:
        verdict = {name: value for name, value in figures.items() if name in VERDICT}
        clean = "  ".join(f"{name.replace('_', ' ')} {value}" for name, value in verdict.items())
        terminalreporter.write_line(f"{title:<68} {clean}")
        rest = [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in figures.items() if name not in VERDICT]
        for line in textwrap.wrap(", ".join(rest), LINE - 4):
            terminalreporter.write_line(f"    {line}")


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
