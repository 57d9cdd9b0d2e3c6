"""Clients that do not read are cut off, and cost the others nothing."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import statistics
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge, latencies_s
from tests.faults.waiting import eventually
from tests.services import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow
    from tests.faults.server import House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

SHORT_SLOW, LONG_SLOW = 20, 50
LARGE = "長" * 10_000  # 30,000 bytes
SAY_EVERY_S = 0.04
CALM_MESSAGES = 50
CUT_WITHIN_S = 15.0
LOOK_EVERY_S = 0.5
MAX_EACH_BYTES = 2_000_000


def open_and_never_read(server: Server, token: str) -> socket.socket:
    """A stream whose client does not read a byte, with little room for what is sent to it."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect((HOST, server.port))
    deaf.sendall(f"GET /api/realtime/stream HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return deaf


async def test_who_does_not_read_is_cut_off_and_the_others_do_not_feel_it(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None], full: bool
) -> None:
    slow = LONG_SLOW if full else SHORT_SLOW
    cast = house.cast(slow + 4)
    conversation = cast.conversations[0]
    server = pair[0]
    alice = await write(cast, 0, [server])
    readers = await follow(cast, [1, 2, 3], [server])

    for _ in range(CALM_MESSAGES):
        await alice.say(conversation, LARGE)
        await asyncio.sleep(SAY_EVERY_S)
    calm = list(alice.answered)
    memory = server.process.memory_info().rss

    with contextlib.ExitStack() as stack:
        deaf = [stack.enter_context(open_and_never_read(server, token)) for token in cast.tokens[4:]]
        ports = {one.getsockname()[1] for one in deaf}

        def still_held() -> int:
            connections = server.process.net_connections("tcp")
            return sum(bool(one.raddr) and one.raddr.port in ports for one in connections)

        assert await eventually(lambda: still_held() == slow, 20)
        began, peak, held = time.monotonic(), 0, slow
        enough = asyncio.Event()
        talk = asyncio.create_task(alice.talk(itertools.repeat(conversation), SAY_EVERY_S, enough, LARGE))
        while held and time.monotonic() - began < 2 * CUT_WITHIN_S:
            await asyncio.sleep(LOOK_EVERY_S)
            peak = max(peak, server.process.memory_info().rss)
            held = await asyncio.to_thread(still_held)
        cut_after_s = time.monotonic() - began
        enough.set()
        await talk
    await eventually(lambda: all(reader.saw(alice.answered[-1].id) for reader in readers), 20)

    verdict = judge(readers, alice.answered)
    disturbed = alice.answered[len(calm) :]
    before = [latency for reader in readers for latency in latencies_s(reader, calm)]
    during = [latency for reader in readers for latency in latencies_s(reader, disturbed)]
    p95_before, p95_during = (statistics.quantiles(each, n=20)[-1] for each in (before, during))
    show(
        f"{slow} clients that never read, messages of {len(LARGE.encode())} bytes",
        sent_meanwhile=len(disturbed),
        cut_after_s=cut_after_s,
        still_held=held,
        p50_before_s=statistics.median(before),
        p50_during_s=statistics.median(during),
        p95_before_s=p95_before,
        p95_during_s=p95_during,
        bytes_each_at_most=(peak - memory) // slow,
        lost_connections=sum(reader.connects - 1 for reader in readers),
        **asdict(verdict),
    )
    assert held == 0
    assert cut_after_s < CUT_WITHIN_S
    assert (peak - memory) // slow < MAX_EACH_BYTES
    assert statistics.median(during) < 2 * statistics.median(before) + 0.05
    assert p95_during < 2 * p95_before + 0.2
    assert [reader.connects for reader in readers] == [1, 1, 1]
    assert not verdict
