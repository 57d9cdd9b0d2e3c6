"""Somebody is removed in the middle of a burst: the removal is the last they hear of it, wherever they were."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge
from tests.faults.rest import call
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

WRITERS, CAROL, DAVE = 3, 3, 4
BURST = 40  # messages before the removal, and after it


def heard_after_removal(reader: Reader, conversation: str, person: str) -> int:
    """What somebody heard of a conversation after they were told of their removal from it."""
    [removed] = [told for told in reader.heard("participant.removed") if told.data["user"]["id"] == person]
    later = [told.at for told in reader.told if told.data.get("conversation_id") == conversation]
    return sum(
        at > removed.at for at in [*later, *(seen.at for seen in reader.seen if seen.conversation == conversation)]
    )


async def test_the_removal_is_the_last_that_the_removed_see(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    cast = house.cast(5, [[0, CAROL]])
    conversation, between_two = cast.conversations
    [here], [there] = await follow(cast, [CAROL], pair[:1]), await follow(cast, [CAROL], pair[1:])
    [away] = await follow(cast, [CAROL], pair)
    [dave] = await follow(cast, [DAVE], pair)
    writers = [await write(cast, number, pair) for number in range(WRITERS)]

    def said() -> int:
        return sum(len(writer.answered) for writer in writers)

    enough = asyncio.Event()
    talks = [asyncio.create_task(writer.talk(itertools.repeat(conversation), 0, enough)) for writer in writers]
    assert await eventually(lambda: said() >= BURST // 2, 30)
    await away.close()  # and comes back after the removal
    assert await eventually(lambda: said() >= BURST, 30)
    path = f"/conversations/{conversation}/participants/{cast.people[CAROL]}"
    assert (await call(pair[0], cast, 0, "DELETE", path)).status_code == 204
    assert await eventually(lambda: said() >= 2 * BURST, 30)
    away.open()
    enough.set()
    await asyncio.gather(*talks)
    last = await writers[0].say(conversation)
    still = await writers[0].say(between_two, "You are still here")
    carols = [here, there, away]
    assert await eventually(lambda: dave.saw(last.id), 20)
    assert await eventually(lambda: all(reader.saw(still.id) for reader in carols), 20)

    answered = [message for writer in writers for message in writer.answered]
    counts = {len([seen for seen in reader.seen if seen.conversation == conversation]) for reader in carols}
    after = sum(heard_after_removal(reader, conversation, cast.people[CAROL]) for reader in carols)
    [seen_before] = counts
    for reader in carols:
        reader.conversations.remove(conversation)
        reader.seen = [seen for seen in reader.seen if seen.conversation != conversation]
    verdict = judge([*carols, dave], answered)
    show(
        "removed in the middle of a burst, with three streams",
        said_before_and_after=len(answered),
        seen_before_the_removal=seen_before,
        seen_after_it=after,
        **asdict(verdict),
    )
    assert after == 0
    assert seen_before + WRITERS >= BURST
    assert seen_before < len(answered) - BURST // 2
    assert not verdict
