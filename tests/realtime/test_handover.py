"""Who was handed what: noted by the hub, told to the project once in a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from pytest_django import Settings

from realtime import conf
from realtime.handover import Window
from realtime.hub import Hub

TOPIC = "conversation:1"
ALICE, BOB = (UUID(int=number) for number in (1, 2))

told: list[Window] = []
failures: list[Exception] = []


def tell(window: Window) -> None:
    """The project's function."""
    if failures:
        raise failures.pop()
    told.append(window)


@pytest.fixture(autouse=True)
def project(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wants to hear of things; a window ends only when a test says so."""
    monkeypatch.setattr(conf, "HANDOVER_S", 1000)
    types = {"HANDED_OVER": f"{__name__}.tell", "HANDED_OVER_TYPES": ["thing.happened"]}
    settings.REALTIME = {**settings.REALTIME, **types}
    yield
    told.clear()
    failures.clear()


@pytest.fixture
async def close(hub: Hub) -> Callable[..., Any]:
    """Ends the window: how many events who was handed."""

    async def close_it() -> list[tuple[int, set[str]]]:
        told.clear()
        await hub.handovers.tell()
        return [(len(each.events), each.user_ids) for window in told for each in window.handed]

    return close_it


async def test_who_follows_and_took_it_was_handed_it(hub: Hub, connect: Any, commit: Any, close: Any) -> None:
    await commit(TOPIC, 0, adds=[ALICE, BOB])
    alice, bob = await connect(ALICE), await connect(BOB)
    await connect(uuid4())
    await close()
    assert {str(ALICE), str(BOB)} < {each.user_id for window in told for each in window.caught_up}
    assert {each.pos for window in told for each in window.caught_up} == {hub.pos}
    await commit(TOPIC, 1)
    await commit(TOPIC, 2)
    await alice.saw(1, 2)
    await bob.saw(1, 2)
    assert await close() == [(2, {str(ALICE), str(BOB)})]
    assert await close() == []
    assert told == []


async def test_a_reader_who_takes_nothing_was_handed_nothing_until_then(connect: Any, commit: Any, close: Any) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    alice = await connect(ALICE)
    await close()
    alice.gate = asyncio.Event()
    await commit(TOPIC, 1)
    assert await close() == []
    await commit(TOPIC, 2)
    assert await close() == []
    alice.gate.set()
    await alice.saw(1, 2)
    assert await close() == [(1, {str(ALICE)}), (1, {str(ALICE)})]
    assert await close() == []


async def test_a_reader_who_goes_before_taking_it_was_not_handed_it(connect: Any, commit: Any, close: Any) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    alice = await connect(ALICE)
    await close()
    alice.gate = asyncio.Event()
    await commit(TOPIC, 1)
    alice.task.cancel()
    await asyncio.gather(alice.task, return_exceptions=True)
    assert await close() == []


async def test_who_goes_within_the_window_was_handed_what_came_before(connect: Any, commit: Any, close: Any) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    alice = await connect(ALICE)
    await close()
    await commit(TOPIC, 1)
    await alice.saw(1)
    alice.task.cancel()
    await asyncio.gather(alice.task, return_exceptions=True)
    await commit(TOPIC, 2)
    assert await close() == [(1, {str(ALICE)})]


async def test_other_types_are_not_told(hub: Hub, connect: Any, commit: Any, close: Any) -> None:
    hub.handovers.types = frozenset({"other.happened"})
    await commit(TOPIC, 0, adds=[ALICE])
    alice = await connect(ALICE)
    await close()
    await commit(TOPIC, 1)
    await alice.saw(1)
    assert await close() == []


async def test_a_project_that_cannot_take_it_is_told_again(connect: Any, commit: Any, close: Any, hub: Hub) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    alice = await connect(ALICE)
    await close()
    await commit(TOPIC, 1)
    await alice.saw(1)
    failures.append(OperationalError("the database is away"))
    assert await close() == []
    await commit(TOPIC, 2)
    await alice.saw(1, 2)
    assert await close() == [(1, {str(ALICE)}), (1, {str(ALICE)})]


async def test_a_fault_of_the_project_does_not_come_back(
    connect: Any, commit: Any, close: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    await connect(ALICE)
    failures.append(ZeroDivisionError())
    with caplog.at_level(logging.CRITICAL):
        await close()
    assert told == []
    assert await close() == []


async def test_the_last_window_is_told_before_the_hub_ends(hub: Hub, connect: Any, commit: Any, close: Any) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    alice = await connect(ALICE)
    await close()
    await commit(TOPIC, 1)
    await alice.saw(1)
    told.clear()
    await hub.stop()
    assert [each.user_ids for window in told for each in window.handed] == [{str(ALICE)}]


async def test_the_last_word_and_the_end_of_a_window_tell_each_thing_once(hub: Hub, connect: Any, commit: Any) -> None:
    await commit(TOPIC, 0, adds=[ALICE])
    await connect(ALICE)
    await hub.handovers.tell()
    told.clear()
    await commit(TOPIC, 1)
    await asyncio.gather(hub.handovers.tell(), hub.handovers.tell(), hub.handovers.tell())
    assert [len(window.handed) for window in told] == [1]
