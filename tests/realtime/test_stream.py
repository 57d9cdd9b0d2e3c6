"""A stream: what it begins with, how it resumes, and whom it tells what."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from realtime import conf, frames, log, retention, topics
from realtime.hub import Hub
from realtime.log import PlacedEvent
from realtime.models import Event, Head
from realtime.sequencer import look
from tests.realtime.conftest import PATIENCE_S, end_session, eventually

ALICE, BOB, CAROL = UUID(int=1), UUID(int=2), UUID(int=3)
TALK = topics.conversation("talk")


async def test_a_stream_begins_with_retry_and_init(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    init, bare_id = alice.frames
    assert alice.written.startswith(b"retry: ")
    assert init.type == "init"
    assert (bare_id.type, bare_id.id) == ("", init.data["cursor"])
    assert init.data["user_id"] == str(ALICE)
    assert init.data["cursor"] == f"{hub.epoch}.{hub.pos}"
    assert init.data["resumed"] is False
    assert init.data["ping_seconds"] == 25
    assert init.id == ""


async def test_an_event_reaches_those_who_follow_and_nobody_else(connect: Any, commit: Any) -> None:
    await commit(TALK, 1, adds=[ALICE, BOB])
    alice, bob, carol = await connect(ALICE), await connect(BOB), await connect(CAROL)
    await commit(TALK, 2)
    await commit("everyone", 3)
    await alice.saw(2, 3)
    await bob.saw(2, 3)
    await carol.saw(3)


async def test_user_topics_are_private(connect: Any, commit: Any) -> None:
    alice, bob = await connect(ALICE), await connect(BOB)
    await commit(topics.user(ALICE), 1)
    await commit("everyone", 2)
    await alice.saw(1, 2)
    await bob.saw(2)


async def test_skipped_people_do_not_get_the_event_live_or_resumed(connect: Any, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    alice, bob = await connect(ALICE), await connect(BOB)
    await commit("everyone", 1, skips=[ALICE])
    await commit("everyone", 2)
    await alice.saw(2)
    await bob.saw(1, 2)
    await (await connect(ALICE, start)).saw(2)


async def test_the_added_get_the_event_that_adds_them_and_what_follows(connect: Any, commit: Any) -> None:
    await commit(TALK, 1, adds=[BOB])
    alice = await connect(ALICE)
    await commit(TALK, 2)
    await commit(TALK, 3, adds=[ALICE])
    await commit(TALK, 4)
    await alice.saw(3, 4)


async def test_the_removed_get_the_removal_last(connect: Any, commit: Any) -> None:
    await commit(TALK, 1, adds=[ALICE, BOB])
    alice, bob = await connect(ALICE), await connect(BOB)
    await commit(TALK, 2, removes=[ALICE])
    await commit(TALK, 3)
    await bob.saw(2, 3)
    await commit("everyone", 4)
    await alice.saw(2, 4)


async def test_resuming_gives_what_was_missed_in_order_and_once(connect: Any, commit: Any) -> None:
    await commit(TALK, 1, adds=[ALICE])
    alice = await connect(ALICE)
    await commit(TALK, 2)
    await alice.saw(2)
    alice.task.cancel()
    for number in range(3, 8):
        await commit(TALK, number)
    again = await connect(ALICE, alice.cursor)
    await commit(TALK, 8)
    await again.saw(3, 4, 5, 6, 7, 8)
    assert again.of("init")[0].data["resumed"] is True
    assert not again.of("reset")


async def test_resuming_reads_the_log_when_memory_does_not_reach_back(connect: Any, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit(TALK, 1, adds=[ALICE])
    for number in range(2, 8):
        await commit(TALK if number % 2 else topics.conversation("other"), number)
    await (await connect(ALICE)).until(lambda: True)
    hub.ring.clear()
    await (await connect(ALICE, start)).saw(1, 3, 5, 7)


async def test_long_replays_come_in_batches(
    connect: Any, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "REPLAY_BATCH", 2)
    start = f"{hub.epoch}.{hub.pos}"
    for number in range(7):
        await commit("everyone", number)
    await (await connect(ALICE, start)).saw(*range(7))
    hub.ring.clear()
    await (await connect(ALICE, start)).saw(*range(7))


async def test_replay_stays_inside_the_time_of_membership(connect: Any, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit(TALK, 1, adds=[BOB])
    await commit(TALK, 2, adds=[ALICE])
    await commit(TALK, 3)
    await commit(TALK, 4, removes=[ALICE])
    await commit(TALK, 5)
    await commit(TALK, 6, adds=[ALICE])
    await commit(TALK, 7)
    await (await connect(ALICE, start)).saw(2, 3, 4, 6, 7)
    hub.ring.clear()
    await (await connect(ALICE, start)).saw(2, 3, 4, 6, 7)


@pytest.mark.parametrize(
    "cursor",
    ["abc", "-1", "10", "", ".", "x.1", "9" * 30, "0." + "9" * 30, "\0", "a" * 10_000, "é.1", "deadbeef0000.1", "x.-1"],
)
async def test_a_cursor_that_is_none_gets_a_reset_and_then_goes_on(connect: Any, commit: Any, cursor: str) -> None:
    alice = await connect(ALICE, cursor)
    assert [frame.type for frame in alice.frames if frame.type] == ["init", "reset"]
    assert alice.of("init")[0].data["resumed"] is False
    assert alice.of("reset")[0].data["cursor"] == alice.of("init")[0].data["cursor"] == alice.cursor
    await commit("everyone", 1)
    await alice.saw(1)


async def test_a_cursor_beyond_the_head_gets_a_reset(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE, f"{hub.epoch}.{hub.pos + 1}")
    assert len(alice.of("reset")) == 1


async def test_a_cursor_ahead_of_this_process_waits_for_the_log_instead(
    connect: Any, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process placed and delivered it; ours has not heard yet."""
    monkeypatch.setattr(hub, "receive", lambda _events: None)
    await commit("everyone", 1, placed=False)
    await eventually(lambda: hub.pool.run(lambda: log.head().pos > hub.pos))
    ahead = f"{hub.epoch}.{hub.pos + 1}"
    monkeypatch.undo()
    alice = await connect(ALICE, ahead)
    assert not alice.of("reset")
    await commit("everyone", 2)
    await alice.saw(2)


@pytest.mark.usefixtures("nobody_reads_it")
async def test_a_cursor_older_than_what_is_kept_gets_a_reset(connect: Any, commit: Any, hub: Hub) -> None:
    start = f"{hub.epoch}.{hub.pos}"
    await commit("everyone", 1)
    await commit("everyone", 2)
    await (await connect(ALICE)).until(lambda: hub.pos >= 2)
    await hub.pool.run(lambda: Event.objects.update(created_at="2000-01-01T00:00:00Z"))
    assert await hub.pool.run(retention.prune) == 2
    hub.ring.clear()
    old = await connect(ALICE, start)
    assert len(old.of("reset")) == 1
    await commit("everyone", 3)
    await old.saw(3)


async def test_pruning_in_the_middle_of_a_replay_gets_a_reset(
    connect: Any, commit: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "REPLAY_BATCH", 2)
    start = f"{hub.epoch}.{hub.pos}"
    for number in range(6):
        await commit("everyone", number)
    await (await connect(BOB)).until(lambda: hub.pos == 6)
    hub.ring.clear()
    alice = await connect(ALICE, start, live=False)
    alice.gate = asyncio.Event()  # the reader is slow: nothing is written yet

    def prune_all() -> None:
        Head.objects.update(floor=6)
        Event.objects.all().delete()

    await hub.pool.run(prune_all)
    alice.gate.set()
    await alice.until(lambda: alice.of("reset"))
    await commit("everyone", 9)
    await alice.until(lambda: 9 in alice.numbers)
    assert alice.of("reset")[0].data["cursor"] == f"{hub.epoch}.6"


@pytest.mark.parametrize("ring", ["in memory", "in the log"])
async def test_removed_while_catching_up_sees_nothing_after_the_removal(
    connect: Any, commit: Any, hub: Hub, ring: str
) -> None:
    await commit(TALK, 1, adds=[ALICE, BOB])
    bob = await connect(BOB)
    start = f"{hub.epoch}.{hub.pos}"
    await commit(TALK, 2)
    await bob.saw(2)
    if ring == "in the log":
        hub.ring.clear()
    alice = await connect(ALICE, start, live=False)
    alice.gate = asyncio.Event()
    await asyncio.sleep(0)
    await commit(TALK, 3, removes=[ALICE])
    await commit(TALK, 4)
    await bob.saw(2, 3, 4)
    alice.gate.set()
    await commit("everyone", 5)
    await alice.saw(2, 3, 5)


async def test_added_while_catching_up_misses_nothing_after_the_join(connect: Any, commit: Any, hub: Hub) -> None:
    await commit(TALK, 1, adds=[BOB])
    bob = await connect(BOB)
    start = f"{hub.epoch}.{hub.pos}"
    await commit("everyone", 2)
    alice = await connect(ALICE, start, live=False)
    alice.gate = asyncio.Event()
    await asyncio.sleep(0)
    await commit(TALK, 3, adds=[ALICE])
    await commit(TALK, 4)
    await bob.saw(2, 3, 4)
    alice.gate.set()
    await alice.saw(2, 3, 4)


async def test_filtered_events_move_the_cursor_with_the_ping(connect: Any, commit: Any, hub: Hub) -> None:
    alice, bob = await connect(ALICE), await connect(BOB)
    await commit(topics.user(BOB), 1)
    await bob.saw(1)
    alice.stream.bucket = 0
    hub.tend(second=0)
    await alice.until(lambda: alice.of("ping"))
    assert alice.cursor == f"{hub.epoch}.{hub.pos}"


async def test_a_reader_that_does_not_read_is_cut_off(
    connect: Any, commit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "MAX_WAITING_FRAMES", 3)
    slow, quick = await connect(ALICE), await connect(BOB)
    slow.gate = asyncio.Event()
    for number in range(6):
        await commit("everyone", number)
    await quick.saw(*range(6))
    await asyncio.wait([slow.task], timeout=PATIENCE_S)
    assert slow.task.cancelled()


async def test_a_write_that_stalls_is_cut_off(connect: Any, commit: Any, hub: Hub) -> None:
    slow, quick = await connect(ALICE), await connect(BOB)
    slow.gate = asyncio.Event()
    await commit("everyone", 1)
    await quick.saw(1)
    slow.stream.tend(hub.loop.time() + conf.STALL_S + 1, None)
    await asyncio.wait([slow.task], timeout=PATIENCE_S)
    assert slow.task.cancelled()


async def test_a_stream_ends_by_itself_after_its_lifetime(connect: Any, hub: Hub) -> None:
    alice = await connect(ALICE)
    alice.stream.tend(hub.loop.time() + conf.LIFETIME_S[0] - 1, None)
    assert not alice.task.done()
    alice.stream.tend(hub.loop.time() + conf.LIFETIME_S[1] + 1, None)
    await asyncio.wait_for(alice.task, PATIENCE_S)


async def test_the_end_of_a_session_ends_its_streams_and_no_others(connect: Any, commit: Any, hub: Hub) -> None:
    phone, laptop = await connect(ALICE, session="phone"), await connect(ALICE, session="laptop")
    await hub.pool.run(end_session, "phone")
    await asyncio.wait_for(phone.task, PATIENCE_S)
    assert [frame.data for frame in phone.of("auth.ended")] == [{"reason": "logout"}]
    await commit("everyone", 1)
    await laptop.saw(1)


def test_the_log_of_this_test_is_readable_without_a_hub(transactional_db: None) -> None:
    assert look().placed == []


class ShortWire:
    """A socket that takes some chunks and is full then; what it took is noted as the far end would see it."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.took: list[bytes] = []

    def write(self, chunk: bytes) -> bool:
        if self.takes == 0:
            return False
        self.takes -= 1
        self.took.append(chunk)
        return True

    def abort(self) -> None:
        raise AssertionError("nobody is cut here")


async def test_what_many_get_goes_straight_to_the_socket_until_it_is_full(connect: Any, commit: Any, hub: Hub) -> None:
    wire = ShortWire(takes=2)
    alice = await connect(ALICE, wire=wire)
    for number in range(1, 4):
        await commit("everyone", number)
    await alice.saw(3)
    assert [chunk.count(b'{"n":') for chunk in wire.took] == [1, 1]
    length, _crlf, rest = wire.took[0].partition(b"\r\n")
    assert int(length, 16) == len(rest) - 2
    assert rest.endswith(b'data: {"n":1}\n\n\r\n')


async def test_nothing_overtakes_what_waits(connect: Any, commit: Any, hub: Hub) -> None:
    wire = ShortWire(takes=99)
    alice = await connect(ALICE, wire=wire)
    alice.stream.push(frames.durable(hub.epoch, PlacedEvent(0, "everyone", "thing.happened", '{"n":0}')))
    hub.receive([PlacedEvent(hub.pos + 1, "everyone", "thing.happened", '{"n":1}')])
    await alice.saw(0, 1)
    assert not wire.took
