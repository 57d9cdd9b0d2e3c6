"""An older backup is put in the place of the database: everybody is told to reload, nobody is left in silence."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.backups import Dump, Files
from tests.faults.rest import call, history
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.backups import Backup
    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

ALICE, BOB, CAROL = 0, 1, 2
KEPT, LOST = 3, 12
TOLD_WITHIN_S = 30.0


@pytest.mark.parametrize("backup", [Dump, Files])
async def test_after_an_older_backup_everybody_reloads_and_goes_on(
    house: House,
    pair: list[Server],
    serve: Callable[..., Server],
    follow: Follow,
    write: Write,
    show: Callable[..., None],
    backup: type[Backup],
) -> None:
    cast = house.cast(3)
    conversation = cast.conversations[0]
    worker = serve("worker", role="all")
    await worker.ready()
    alice = await write(cast, ALICE, pair)
    for _ in range(KEPT):
        await alice.say(conversation)
    older = await asyncio.to_thread(backup, house.postgres)

    # Bob's stream stays open; Carol's is away, with a cursor that the log will have given twice.
    [bob], [carol] = await follow(cast, [BOB], pair), await follow(cast, [CAROL], pair)
    for _ in range(LOST):
        last = await alice.say(conversation)
    assert await eventually(lambda: bob.saw(last.id) and carol.saw(last.id), TOLD_WITHIN_S)
    await carol.close()
    left_at = carol.pos
    before, resets = bob.cursor, len(bob.resets)

    began = time.monotonic()
    await asyncio.to_thread(older.put_back)
    back_at = time.monotonic()
    assert await eventually(lambda: len(bob.resets) > resets, TOLD_WITHIN_S), "nobody told him"
    told_s = time.monotonic() - back_at
    await asyncio.gather(*(server.ready() for server in [*pair, worker]))
    alice.answered.clear()
    for _ in range(2 * LOST):
        last = await alice.say(conversation, "Once more, @all")
    assert await eventually(lambda: bob.saw(last.id), TOLD_WITHIN_S)
    assert bob.pos > left_at
    assert bob.cursor.split(".")[0] != before.split(".")[0], "the places before mean something else now"

    carol.open()
    assert await eventually(lambda: carol.resets, TOLD_WITHIN_S), "she missed what nobody told her of"
    held = await history(pair[0], cast, CAROL, conversation)
    assert held[-2 * LOST :] == [message.id for message in alice.answered]
    after = await alice.say(conversation)
    assert await eventually(lambda: bob.saw(after.id) and carol.saw(after.id), TOLD_WITHIN_S)
    assert [seen.id for seen in bob.seen if seen.at > back_at][-2 * LOST - 1 :] == [*held[-2 * LOST :], after.id]

    async def noticed() -> int:
        answer = await call(pair[0], cast, BOB, "GET", "/notifications/unread-count")
        return int(answer.json()["unread_count"])

    deadline = time.monotonic() + TOLD_WITHIN_S
    while not (notices := await noticed()):
        assert time.monotonic() < deadline, "the worker waits for a place that will not come"
        await asyncio.sleep(0.1)
    show(
        f"an older backup is put back: {backup.__name__.lower()}",
        answered_and_gone_with_it=LOST,
        away_s=back_at - began,
        told_to_reload_after_s=told_s,
        reset_when_she_came_back=len(carol.resets),
        notices_of_the_worker=notices,
    )
