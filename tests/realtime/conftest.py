"""A hub and streams in the test's own event loop, on the real log."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import transaction
from pytest_django import Settings

from realtime import hub as hub_module
from realtime import topics
from realtime.hub import Hub
from realtime.log import append
from realtime.models import Event
from realtime.pool import DatabasePool
from realtime.stream import Stream, Viewer, Wire
from tests.realtime.people import Cast, Person
from tests.server import Server, running

PATIENCE_S = 30  # of a machine that has other things to do


async def eventually(condition: Callable[[], Any]) -> Any:
    """What the condition (a function, or one that gives an awaitable) gives once that is true; fails after 30 s."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            result = condition()
            if inspect.isawaitable(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.002)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server, for the tests over HTTP."""
    with running(tmp_path_factory.mktemp("brook")) as server:
        yield server


@pytest.fixture(scope="package")
def cast(server: Server) -> Cast:
    """People of that server, by name: cast("alice")."""
    people: dict[str, Person] = {}

    def person(name: str) -> Person:
        return people.setdefault(name, people.get(name) or Person(server, name))

    return person


@dataclass
class Frame:
    """A block of the stream as a client would parse it."""

    type: str = ""
    data: Any = None
    id: str = ""

    @property
    def pos(self) -> int:
        return int(self.id.partition(".")[2])


@dataclass
class Client:
    """The far end of a stream: remembers every frame, and can wait for one."""

    stream: Stream
    written: bytes = b""
    frames: list[Frame] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    gate: asyncio.Event | None = None

    async def write(self, data: bytes) -> None:
        if self.gate is not None:
            await self.gate.wait()
        self.written += data
        for block in data.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            if lines:
                data_text = lines.get("data")
                frame = Frame(
                    lines.get("event", ""), orjson.loads(data_text) if data_text else None, lines.get("id", "")
                )
                self.frames.append(frame)
        self.arrived.set()

    def of(self, event_type: str) -> list[Frame]:
        return [frame for frame in self.frames if frame.type == event_type]

    @property
    def cursor(self) -> str:
        return next(frame.id for frame in reversed(self.frames) if frame.id)

    async def until(self, condition: Callable[[], Any]) -> Any:
        """What the condition gives once it is true; fails after 30 s."""
        async with asyncio.timeout(PATIENCE_S):
            while not (result := condition()):
                self.arrived.clear()
                await self.arrived.wait()
        return result

    async def saw(self, *numbers: int) -> None:
        """Wait until exactly these numbered events came, in this order, each once."""
        await self.until(lambda: len(self.numbers) >= len(numbers))
        assert self.numbers == list(numbers)

    @property
    def numbers(self) -> list[int]:
        return [frame.data["n"] for frame in self.of("thing.happened")]


async def end_threads(before: set[threading.Thread], *prefixes: str) -> None:
    """Wait for those of pools that were made since and closed: what they still do must not reach the next test."""
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith(tuple(f"{prefix}_" for prefix in prefixes)):
            await asyncio.to_thread(thread.join, PATIENCE_S)


@pytest.fixture
async def hub(transactional_db: None) -> AsyncIterator[Hub]:
    before = set(threading.enumerate())
    own = hub_module.get()
    assert await own.wait_ready(PATIENCE_S)
    yield own
    await own.stop()
    await end_threads(before, "realtime", "presence")


@pytest.fixture
def nobody_reads_it(settings: Settings) -> None:
    """In the worker, so that old events may go at once; tests/notifications has somebody who does."""
    settings.REALTIME = {**settings.REALTIME, "READERS": []}


def say(topic: str, number: int, **routing: Any) -> int:
    """Commit one event, returning its id; `routing` adds, removes and skips people."""
    with transaction.atomic():
        event = append(topic=topic, type="thing.happened", payload={"n": number}, **routing)
    return event.id


def end_session(session_id: str) -> None:
    """As accounts does it."""
    with transaction.atomic():
        append(topic=topics.session(session_id), type="auth.ended", payload={"reason": "logout"})


def place_of(event_id: int) -> int | None:
    return Event.objects.values_list("pos", flat=True).get(pk=event_id)


@pytest.fixture
async def commit(hub: Hub) -> AsyncIterator[Callable[..., Any]]:
    """Commits an event from a thread, as a request would, and waits until the hub has it."""
    before = set(threading.enumerate())
    pool = DatabasePool("test-writer", threads=1)

    async def commit_one(topic: str, number: int, *, placed: bool = True, **routing: Any) -> None:
        event_id = await pool.run(say, topic, number, **routing)
        if placed:
            place = await eventually(lambda: pool.run(place_of, event_id))
            await eventually(lambda: hub.pos >= place)

    yield commit_one
    pool.close()
    await end_threads(before, "test-writer")


Connect = Callable[..., Any]
Snapshot = Callable[[], dict[str, Any] | None]


@pytest.fixture
async def connect(hub: Hub) -> AsyncIterator[Connect]:
    """Opens a stream for a person: await connect(user_id, cursor=None)."""
    clients: list[Client] = []

    async def open_stream(
        user_id: UUID,
        cursor: str | None = None,
        *,
        session: str = "s",
        live: bool = True,
        wire: Wire | None = None,
        only: str | None = None,
        snapshot: Snapshot | None = None,
    ) -> Client:
        client = Client(Stream(hub, Viewer(str(user_id), session, only=only), wire))
        client.task = asyncio.create_task(client.stream.run(client.write, cursor, lambda _user_id: {}, snapshot))
        clients.append(client)
        if live:
            await client.until(lambda: client.of("init"))
            await eventually(lambda: client.stream.live or (client.task and client.task.done()))
        return client

    yield open_stream
    for client in clients:
        if client.task is not None:
            client.task.cancel()
    await asyncio.gather(*(client.task for client in clients if client.task), return_exceptions=True)
