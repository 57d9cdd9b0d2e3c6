"""Workers die and freeze while they tell people of what happened: nobody is left out, nobody told twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

import psutil
import pytest

from tests.faults.rest import call
from tests.faults.telling import Telling, Worker
from tests.faults.waiting import eventually
from tests.pushservice import open_push_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from tests.faults.server import Cast, House, Server
    from tests.faults.writer import Write, Writer

pytestmark = [pytest.mark.postgres, pytest.mark.faults, pytest.mark.timeout(600)]

ALICE, BOB, CAROL = 0, 1, 2  # Alice writes, Bob reads some of it, Carol nothing
PEOPLE = 18
GROUPS = {False: 20, True: 60}  # in the complete form
FURTHER_DEATHS = {False: 0, True: 12}
PLAIN, NAMING = 3, 1  # messages that Alice sends to each group at a time
DIES = ("-m", "tests.faults.fated", "dies-while-telling")
FREEZES = ("-m", "tests.faults.fated", "freezes-while-telling")
STOPS_WITHIN_S = 120
# What a worker was pushing when its last transaction was ended is another's after two minutes: the story does not wait.
LEFT_AFTER_S = 10
DONE_WITHIN_S = 180


@pytest.fixture
def employ(house: House) -> Iterator[Callable[..., Worker]]:
    """Starts workers: `employ("one")`. None outlives the test."""
    workers: list[Worker] = []

    def start(name: str, program: Sequence[str] = ("manage.py",)) -> Worker:
        workers.append(Worker(house, name, program))
        return workers[-1]

    yield start
    for worker in workers:
        worker.clear_away()


@pytest.fixture
async def cast(house: House, full: bool) -> Cast:
    """Alice's groups, with everybody in each; nothing that happened before is told any more."""
    await house.act("catch_up")
    everybody = list(range(PEOPLE))
    return house.cast(PEOPLE, [everybody] * (GROUPS[full] - 1))


@pytest.fixture
async def telling(house: House, cast: Cast) -> AsyncIterator[Telling]:
    """What comes of it; Bob and Carol have a browser each."""
    with open_push_service() as service, contextlib.closing(Telling(house, cast, service)) as telling:
        for person in (BOB, CAROL):
            browser = telling.browser_of(person).subscription()
            where = {"endpoint": browser["endpoint"], "keys": browser["keys"]}
            await house.act("subscribe", session=cast.sessions[person], **where)
        yield telling


async def test_nobody_is_left_out_or_told_twice_though_workers_die_and_freeze(
    cast: Cast,
    telling: Telling,
    pair: list[Server],
    employ: Callable[..., Worker],
    write: Write,
    full: bool,
    show: Callable[..., None],
) -> None:
    alice, groups = await write(cast, ALICE, pair), cast.conversations
    began = time.monotonic()

    # One after the other is killed: in the middle of a transaction, in the middle of pushing, and anywhere.
    await say_to_all(alice, groups)
    worker = employ("told-nobody", DIES)
    assert await worker.died(STOPS_WITHIN_S) == -signal.SIGKILL
    await telling.bury(worker)
    assert not telling.ids(), "nothing is there by halves"
    await telling.kill_while_it_pushes(employ("pushed-some"), random.randrange(1, 2 * len(groups)))
    for number in range(FURTHER_DEATHS[full]):
        worker, pushed = employ(f"fell-{number}"), len(telling.pushed())
        await say_to_all(alice, groups)
        assert await eventually(lambda: len(telling.pushed()) > pushed, STOPS_WITHIN_S)  # noqa: B023 - awaited here
        await asyncio.sleep(random.uniform(0, 2))
        worker.kill()
        await telling.bury(worker)

    # One is frozen: another does its work, and then both go on side by side.
    await say_to_all(alice, groups)
    frozen = employ("frozen", FREEZES)
    assert await eventually(lambda: frozen.process.status() == psutil.STATUS_STOPPED, STOPS_WITHIN_S)
    telling.note_in_flight()
    employ("other")
    assert await eventually(telling.is_level, STOPS_WITHIN_S)
    assert frozen.process.status() == psutil.STATUS_STOPPED
    frozen.resume()
    await say_to_all(alice, groups)
    await read_to_the_end(cast, pair[0], BOB, groups[0])
    if not await eventually(telling.is_done, LEFT_AFTER_S):
        telling.release()
    assert await eventually(telling.is_done, DONE_WITHIN_S)
    assert frozen.is_running

    rounds = 3 + FURTHER_DEATHS[full]
    counts = {"message.new": PLAIN * rounds, "mention": NAMING * rounds, "group.invite": 1}
    expected = {
        (cast.people[person], group, type): [count]
        for person in range(1, PEOPLE)
        for group in groups
        for type, count in counts.items()
        if (person, group) != (BOB, groups[0])
    }
    unread, created, pushed_all = telling.unread(), telling.created(), telling.pushed()
    sent = Counter((UUID(told["id"]), endpoint, told["updated_at"]) for endpoint, told in pushed_all)
    show(
        "workers killed, and one of two frozen, while they tell people",
        deaths=2 + FURTHER_DEATHS[full],
        messages=len(alice.answered),
        notifications=len(created),
        lost=sum(unread.get(what) != count for what, count in expected.items()),
        twice=sum(created.values()) - len(created),
        pushes=len(pushed_all),
        of_them_repeated=len(pushed_all) - len(sent),
        took_s=time.monotonic() - began,
    )
    assert len(alice.answered) == sum(counts.values()) * len(groups) - len(groups)
    assert unread == expected
    assert set(created) == telling.ids()
    assert set(created.values()) == {1}

    each = len(counts) * len(groups)
    for person, count in {ALICE: 0, BOB: each - len(counts), CAROL: each}.items():
        answer = await call(pair[0], cast, person, "GET", "/notifications/unread-count")
        assert answer.json() == {"unread_count": count}
        assert telling.last_counts().get(cast.people[person], 0) == count

    # What was answered is pushed again only where the worker could not note that any more.
    assert all(times <= 1 + telling.in_flight[what[:2]] for what, times in sent.items())
    newest: Counter[tuple[str, str]] = Counter()
    for endpoint, told in pushed_all:
        if endpoint.endswith(f"/{CAROL}"):
            what = (told["conversation_id"], told["type"])
            newest[what] = max(newest[what], told["count"])
    assert newest == {(group, type): count for group in groups for type, count in counts.items()}


async def say_to_all(writer: Writer, conversations: list[str]) -> None:
    """A few words to each group, and once all by name."""
    for text in ["Hello"] * PLAIN + ["@all Come here"] * NAMING:
        await asyncio.gather(*(writer.say(conversation, text) for conversation in conversations))


async def read_to_the_end(cast: Cast, server: Server, person: int, conversation: str) -> None:
    """All that is there by now."""
    path = f"/conversations/{conversation}"
    last = (await call(server, cast, person, "GET", path)).json()["last_seq"]
    answer = await call(server, cast, person, "PUT", f"{path}/read-marker", json={"seq": last})
    assert answer.status_code == 200, answer.text
