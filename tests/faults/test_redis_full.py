"""Redis has no memory left: it refuses to write, then throws its clients out. Messages do not care."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
import redis

from tests.faults.checker import judge, latencies_s
from tests.faults.rest import call, metric
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

ALICE, BOB, CAROL = 0, 1, 2
SAY_EVERY_S = 0.1
FULL_FOR_S = 3.0
POST_WITHIN_S = 3.0
ARRIVES_WITHIN_S = 5.0
BACK_WITHIN_S = 60.0
MEGABYTE = b"x" * 1_000_000


def fill(client: redis.Redis) -> None:
    """No write is possible any more."""
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "16mb")
    with contextlib.suppress(redis.exceptions.OutOfMemoryError):
        for number in itertools.count():
            client.set(f"filler:{number}", MEGABYTE)
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        client.set("filler:more", MEGABYTE)


def throw_out(client: redis.Redis) -> None:
    """Whoever holds memory is disconnected: subscribers above all."""
    client.client_no_evict("ON")
    client.config_set("maxmemory-clients", "1")


def free(client: redis.Redis) -> None:
    """All as before."""
    client.config_set("maxmemory-clients", "0")
    client.config_set("maxmemory", "0")
    for key in client.scan_iter("filler:*"):
        client.delete(key)


def told_online(reader: Reader) -> int:
    return sum(kind == "presence.changed" and data["status"] == "online" for kind, data in reader.passing)


async def test_sends_and_streams_go_on_while_redis_is_out_of_memory(
    house: House, serve: Callable[..., Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    # With limits, which are counted in Redis too.
    one, two = (serve(name, environment={"BROOK_LIMITS": "1"}) for name in ("one", "two"))
    await asyncio.gather(one.ready(), two.ready())
    cast = house.cast(3)
    conversation = cast.conversations[0]
    alice = await write(cast, ALICE, [one])
    [bob] = await follow(cast, [BOB], [two])
    enough = asyncio.Event()
    talk = asyncio.create_task(alice.talk(itertools.repeat(conversation), SAY_EVERY_S, enough))

    with redis.Redis(port=house.valkey.port) as client:
        try:
            began = time.monotonic()
            await asyncio.to_thread(fill, client)
            await asyncio.sleep(FULL_FOR_S)
            beat = await call(one, cast, ALICE, "POST", "/presence/heartbeat", json={"status": "online"})
            seen = await call(two, cast, BOB, "GET", f"/presence?user_ids={cast.people[ALICE]}")
            thrown_at = time.monotonic()
            await asyncio.to_thread(throw_out, client)
            await asyncio.sleep(FULL_FOR_S)
        finally:
            await asyncio.to_thread(free, client)
    free_at = time.monotonic()
    full = [message for message in alice.answered if began < message.sent_at < thrown_at]
    thrown = [message for message in alice.answered if thrown_at < message.sent_at < free_at]
    noticed = [
        sum([await metric(server, f"brook_{name}_total") for server in (one, two)])
        for name in ("layer_errors", "holes_repaired")
    ]

    [carol] = await follow(cast, [CAROL], [one])
    assert await eventually(lambda: told_online(bob), BACK_WITHIN_S), "presence comes back"
    presence_s = time.monotonic() - free_at
    enough.set()
    await talk
    last = await alice.say(conversation)
    assert await eventually(lambda: bob.saw(last.id), 20)
    verdict = judge([bob], alice.answered)
    show(
        "Redis out of memory, then throwing its clients out",
        answered=len(alice.answered),
        failed_posts=len(alice.failures),
        slowest_POST_s=max(message.took_s for message in alice.answered),
        slowest_while_full_s=max(latencies_s(bob, full)),
        slowest_while_thrown_out_s=max(latencies_s(bob, thrown)),
        answers_of_presence=[beat.status_code, seen.status_code],
        layer_errors=int(noticed[0]),
        repaired_from_the_log=int(noticed[1]),
        presence_again_after_s=presence_s,
        **asdict(verdict),
    )
    assert not alice.failures
    assert [beat.status_code, seen.status_code] == [204, 200]
    assert max(message.took_s for message in alice.answered) < POST_WITHIN_S
    assert max(latencies_s(bob, [*full, *thrown])) < ARRIVES_WITHIN_S
    assert carol.is_open
    assert not bob.resets
    assert not verdict
