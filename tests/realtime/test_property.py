"""Whoever comes and goes, by whatever transport, whoever is added or removed: all see exactly their part of the log,
once and in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime import hub as hub_module
from realtime import topics
from realtime.hub import Hub
from realtime.poll import Answer, Poll
from realtime.pool import DatabasePool
from realtime.stream import Stream, Viewer
from tests.realtime.conftest import Client, say

PEOPLE = [UUID(int=n) for n in (1, 2, 3)]
person = st.sampled_from(range(len(PEOPLE)))
talk = st.sampled_from(["first", "second"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), talk),
        st.tuples(st.just("add"), talk, person),
        st.tuples(st.just("remove"), talk, person),
        st.tuples(st.just("connect"), person),
        st.tuples(st.just("disconnect"), person),
        st.tuples(st.just("poll"), person),
        st.tuples(st.just("wait"), person),
        st.tuples(st.just("hang up"), person),
        st.tuples(st.just("forget"), st.none()),
    ),
    min_size=3,
    max_size=25,
)


@dataclass
class Story:
    """What happened, and what each person should have seen of it by now: the model the server is held against."""

    hub: Hub
    writer: DatabasePool
    name: str
    start: str
    number: int = 0
    members: dict[str, set[int]] = field(default_factory=lambda: {"first": set(), "second": set()})
    expected: dict[int, list[int]] = field(default_factory=lambda: {n: [] for n in range(len(PEOPLE))})
    cursors: dict[int, str] = field(default_factory=dict)
    seen: dict[int, list[int]] = field(default_factory=lambda: {n: [] for n in range(len(PEOPLE))})
    clients: dict[int, Client] = field(default_factory=dict)
    polls: dict[int, tuple[Poll, asyncio.Task[Answer]]] = field(default_factory=dict)

    async def happen(self, kind: str, *what: Any) -> None:
        match kind:
            case "say":
                await self.commit(what[0], self.members[what[0]])
            case "add" if what[1] not in self.members[what[0]]:
                self.members[what[0]].add(what[1])
                await self.commit(what[0], self.members[what[0]], adds=[PEOPLE[what[1]]])
            case "remove" if what[1] in self.members[what[0]]:
                audience = set(self.members[what[0]])
                self.members[what[0]].discard(what[1])
                await self.commit(what[0], audience, removes=[PEOPLE[what[1]]])
            case "forget":
                self.hub.ring.clear()
            case _:
                await self.change_transport(kind, what[0])

    async def change_transport(self, kind: str, number: int) -> None:
        match kind, number in self.clients, number in self.polls:
            case "connect", False, _:
                await self.take_answer(number)
                self.connect(number)
            case "disconnect", True, False:
                await self.disconnect(number)
            case (("poll" | "wait"), False, _):
                await self.take_answer(number)
                poll = Poll(self.hub, Viewer(str(PEOPLE[number]), "s"))
                cursor = self.cursors.get(number, self.start)
                self.polls[number] = poll, asyncio.create_task(poll.answer(cursor, 30 if kind == "wait" else 0))
            case "hang up", False, True:
                _poll, task = self.polls.pop(number)
                task.cancel()
                await asyncio.wait([task])

    async def take_answer(self, number: int) -> None:
        """What a poll has by now."""
        if number in self.polls:
            poll, task = self.polls.pop(number)
            poll.end()
            answer = orjson.loads((await task).body())
            assert not answer["reset"]
            self.seen[number] += [event["data"]["n"] for event in answer["events"]]
            self.cursors[number] = answer["cursor"]

    async def commit(self, topic: str, audience: set[int], **routing: Any) -> None:
        self.number += 1
        for number in audience:
            self.expected[number].append(self.number)
        await self.writer.run(say, topics.conversation(f"{self.name}-{topic}"), self.number, **routing)

    def connect(self, number: int) -> None:
        client = Client(Stream(self.hub, Viewer(str(PEOPLE[number]), "s")))
        cursor = self.cursors.get(number, self.start)
        client.task = asyncio.create_task(client.stream.run(client.write, cursor, lambda _user_id: {}))
        self.clients[number] = client

    async def disconnect(self, number: int) -> None:
        client = self.clients.pop(number)
        assert client.task is not None
        client.task.cancel()
        await asyncio.wait([client.task])
        assert not client.of("reset")
        self.seen[number] += client.numbers
        if any(frame.id for frame in client.frames):
            self.cursors[number] = client.cursor

    async def end(self) -> None:
        """Everybody comes, and stays until there is nothing left to see."""
        for number in range(len(PEOPLE)):
            await self.take_answer(number)
            if number not in self.clients:
                self.connect(number)
            client = self.clients[number]
            missing = len(self.expected[number]) - len(self.seen[number])
            await client.until(partial(_has_seen, client, missing))
        for number in range(len(PEOPLE)):
            await self.disconnect(number)


def _has_seen(client: Client, count: int) -> bool:
    return len(client.numbers) >= count


async def play(what_happens: list[tuple[Any, ...]]) -> Story:
    own = hub_module.get()
    assert await own.wait_ready(5)
    story = Story(own, DatabasePool("writer", threads=1), uuid4().hex[:8], f"{own.epoch}.{own.pos}")
    try:
        for step in what_happens:
            await story.happen(*step)
        await story.end()
    finally:
        story.writer.close()
        await own.stop()
    return story


@pytest.mark.django_db(transaction=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what_happens=steps)
def test_everybody_sees_exactly_their_part_of_the_log(what_happens: list[tuple[Any, ...]]) -> None:
    story = asyncio.run(play(what_happens))
    assert story.seen == story.expected
