"""A process that ends or freezes at the worst moment."""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.faults.checker import judge, latencies_s
from tests.faults.fated import FREEZE
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

DIES = ("-m", "tests.faults.fated", "dies-after-commit")
FREEZES = ("-m", "tests.faults.fated", "freezes-while-placing")
DEATHS = 2
ARRIVES_WITHIN_S = 2.0
STALLS_AT_MOST_S = 3.5
FROZEN_S = 5.0
STOPS_WITHIN_S = 6.0


async def test_a_message_arrives_though_its_process_died_right_after_the_commit(
    house: House, serve: Callable[..., Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    cast = house.cast(2)
    conversation = cast.conversations[0]
    survivor, *doomed = serve("survivor"), *(serve("doomed", DIES) for _ in range(DEATHS))
    await asyncio.gather(*(server.ready() for server in (survivor, *doomed)))
    alice = await write(cast, 0, [survivor])
    [bob] = await follow(cast, [1], [survivor])

    waits = []
    for number, server in enumerate(doomed, start=1):
        client_id = uuid.uuid4().hex
        assert await alice.post(server, conversation, client_id, "My last words") is None
        broken_at = time.monotonic()
        assert await server.died() == -signal.SIGKILL
        assert await eventually(lambda: bob.seen[number - 1 :], ARRIVES_WITHIN_S)  # noqa: B023 - awaited here
        waits.append(bob.seen[-1].at - broken_at)
        again = await alice.post(survivor, conversation, client_id, "My last words")
        assert again is not None
        assert (again.status_code, again.json()["id"]) == (200, bob.seen[-1].id)

    last = await alice.say(conversation)
    assert await eventually(lambda: bob.saw(last.id), ARRIVES_WITHIN_S)
    verdict = judge([bob], alice.answered)
    show("killed between commit and sequencing", deaths=DEATHS, longest_wait_s=max(waits), **asdict(verdict))
    assert len(bob.seen) == DEATHS + 1
    assert max(waits) < ARRIVES_WITHIN_S
    assert not verdict


async def test_a_process_frozen_with_the_sequencers_lock_stalls_nobody_for_long(
    house: House, serve: Callable[..., Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    cast = house.cast(3)
    conversation = cast.conversations[0]
    other, frozen = serve("other"), serve("frozen", FREEZES)
    await asyncio.gather(other.ready(), frozen.ready())
    alice = await write(cast, 0, [other])
    carol = await write(cast, 2, [other])
    [at_other], [at_frozen] = await follow(cast, [1], [other]), await follow(cast, [1], [frozen])

    # The other process may be the quicker one to place it: then once more.
    posts, client_ids = [], []
    for _ in range(20):
        client_ids.append(uuid.uuid4().hex)
        posts.append(asyncio.create_task(carol.post(frozen, conversation, client_ids[-1], FREEZE)))
        if await eventually(lambda: frozen.process.status() == psutil.STATUS_STOPPED, 1):
            break
    began = time.monotonic()
    while time.monotonic() - began < FROZEN_S:
        await alice.say(conversation)
        await asyncio.sleep(0.1)
    assert frozen.process.status() == psutil.STATUS_STOPPED
    stalls = latencies_s(at_other, alice.answered)
    missed = len(at_other.seen) - len(at_frozen.seen)
    frozen.resume()

    await asyncio.gather(*posts)
    for client_id in client_ids:
        again = await carol.post(other, conversation, client_id, FREEZE)
        assert again is not None
        assert again.status_code == 200
    last = await alice.say(conversation)
    assert await eventually(lambda: at_other.saw(last.id) and at_frozen.saw(last.id), 10)
    verdict = judge([at_other, at_frozen], alice.answered)
    show(
        f"frozen for {FROZEN_S:.0f} s with the sequencer's lock",
        answered=len(alice.answered),
        longest_stall_s=max(stalls),
        behind_when_woken=missed,
        resets=len(at_other.resets + at_frozen.resets),
        **asdict(verdict),
    )
    assert 1 < max(stalls) < STALLS_AT_MOST_S, "it held the lock, and lost it"
    assert missed > 0
    assert not at_other.resets + at_frozen.resets
    assert not verdict


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
async def test_a_process_told_to_stop_lets_its_streams_go_on_elsewhere(
    house: House,
    pair: list[Server],
    follow: Follow,
    write: Write,
    show: Callable[..., None],
    signum: signal.Signals,
) -> None:
    cast = house.cast(10)
    leaving, staying = pair
    alice = await write(cast, 0, [staying])
    readers: list[Reader] = []
    for _ in range(5):
        readers += [(await follow(cast, [person], [leaving, staying]))[0] for person in range(10)]
    assert all(reader.server is leaving for reader in readers)

    enough = asyncio.Event()
    talk = asyncio.create_task(alice.talk(itertools.repeat(cast.conversations[0]), 0.1, enough))
    await eventually(lambda: len(alice.answered) >= 5, 5)
    code, took_s = await leaving.stop(signum)
    assert await eventually(lambda: all(reader.server is staying for reader in readers), 5)
    enough.set()
    await talk
    last = await alice.say(cast.conversations[0])
    await eventually(lambda: all(reader.saw(last.id) for reader in readers), 5)

    verdict = judge(readers, alice.answered)
    show(
        f"{signum.name} with {len(readers)} open streams",
        exit_code=code,
        took_s=took_s,
        answered=len(alice.answered),
        failed_posts=len(alice.failures),
        resets=sum(len(reader.resets) for reader in readers),
        **asdict(verdict),
    )
    assert code == 0
    assert took_s < STOPS_WITHIN_S
    assert not alice.failures
    assert not any(reader.resets for reader in readers)
    assert not verdict
