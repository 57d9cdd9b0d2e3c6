"""A session ends, and its streams with it: at once, without Redis, and though nobody gives events their place."""

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

    from tests.faults.reader import Follow
    from tests.faults.server import Cast, House, Server
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

NO_PLACES = ("-m", "tests.faults.fated", "gives-no-places")
ALICE, BANNED, LOGGED_OUT, NEW_PASSWORD, STAYS = range(5)
SLOW_MACHINE_S = 5.0  # which promises nothing: the processes share two cores with everything else
TOKEN_S = 6.0


async def end_sessions(
    house: House, cast: Cast, follow: Follow, servers: list[Server], within_s: float
) -> dict[str, object]:
    """A ban, a log-out and a new password: the seconds until the slowest of their streams was over."""
    gone = [BANNED, LOGGED_OUT, NEW_PASSWORD]
    readers = await follow(cast, gone, servers)
    [stays] = await follow(cast, [STAYS], servers)
    deeds = (
        ("ban", {"person": cast.people[BANNED]}),
        ("log_out", {"session": cast.sessions[LOGGED_OUT]}),
        ("change_password", {"person": cast.people[NEW_PASSWORD]}),
    )
    done_at = [(await house.act(deed, **arguments))[1] for deed, arguments in deeds]
    assert await eventually(lambda: not any(reader.server for reader in readers), 3 * within_s + 10)
    took_s = [reader.lost_at[-1] - at for reader, at in zip(readers, done_at, strict=True)]
    assert all(reader.told[-1].type == "auth.ended" for reader in readers), "the last they heard"
    assert [reader.connects for reader in (*readers, stays)] == [1] * 4
    assert stays.is_open
    for person in gone:
        assert (await call(servers[0], cast, person, "GET", "/users/me")).status_code == 401
    assert max(took_s) < within_s + SLOW_MACHINE_S
    figures: dict[str, object] = {deed: seconds for (deed, _arguments), seconds in zip(deeds, took_s, strict=True)}
    return figures | {"promised_s": within_s}


async def test_streams_of_ended_sessions_end(
    house: House, pair: list[Server], serve: Callable[..., Server], follow: Follow, show: Callable[..., None]
) -> None:
    show("a session ends", **await end_sessions(house, house.cast(5), follow, pair, 1))
    deaf = [serve("no-places", NO_PLACES) for _ in range(2)]
    await asyncio.gather(*(server.ready() for server in deaf))
    casts = [house.cast(5), house.cast(5)]
    await asyncio.to_thread(house.valkey.kill)
    try:
        for server in pair[:]:
            server.pause()  # or they would give the places
        show(
            "a session ends, Redis is dead and no event gets its place",
            **await end_sessions(house, casts[0], follow, deaf, 5),
        )
        for server in pair:
            server.resume()
        for server in deaf:
            server.kill()
        await asyncio.gather(*(server.ready() for server in pair))
        show("a session ends, Redis is dead", **await end_sessions(house, casts[1], follow, pair, 2))
    finally:
        for server in pair:
            server.resume()
        await asyncio.to_thread(house.valkey.start)


async def test_two_tabs_of_a_browser_get_the_same_and_end_together(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    cast = house.cast(2)
    conversation = cast.conversations[0]
    cookie, _at = await house.act("cookie", person=cast.people[1])
    tabs = [
        *await follow(cast, [1], pair[:1], cookie=cookie),
        *await follow(cast, [1], pair[1:], cookie=cookie),
    ]
    [phone] = await follow(cast, [1], pair)
    alice = await write(cast, 0, pair)
    for _ in range(20):
        last = await alice.say(conversation)
    assert await eventually(lambda: all(reader.saw(last.id) for reader in [*tabs, phone]), 10)
    verdict = judge([*tabs, phone], alice.answered)

    session, _at = await house.act("session_of", cookie=cookie)
    _none, at = await house.act("log_out", session=session)
    assert await eventually(lambda: not any(tab.server for tab in tabs), 10)
    took_s = max(tab.lost_at[-1] for tab in tabs) - at
    show("two tabs share a cookie", answered=len(alice.answered), both_ended_after_s=took_s, **asdict(verdict))
    assert [tab.told[-1].data["reason"] for tab in tabs] == ["logout", "logout"]
    assert phone.is_open, "another session"
    assert phone.connects == 1
    assert took_s < 1 + SLOW_MACHINE_S
    assert not verdict


async def test_a_token_runs_out_in_the_stream_and_nothing_is_missed_over_its_renewal(
    house: House, pair: list[Server], follow: Follow, write: Write, show: Callable[..., None]
) -> None:
    cast = house.cast(3)
    alice = await write(cast, 0, pair)

    async def lasting(seconds: float, person: int) -> str:
        token: str = (await house.act("token", session=cast.sessions[person], seconds=seconds))[0]
        return token

    [renews] = await follow(cast, [1], pair, token=await lasting(TOKEN_S, 1))
    [late] = await follow(cast, [2], pair, token=await lasting(TOKEN_S, 2))
    enough = asyncio.Event()
    talk = asyncio.create_task(alice.talk(itertools.repeat(cast.conversations[0]), 0.05, enough))

    assert await eventually(lambda: renews.heard("auth.expiring"), 10)
    await renews.close()
    renews.renew(await lasting(3600, 1))
    renews.open()
    assert await eventually(lambda: late.heard("auth.ended"), TOKEN_S + 10)
    ended_at = late.heard("auth.ended")[0].at
    assert await eventually(lambda: alice.answered[-1].sent_at > ended_at + 0.5, 10)
    late.renew(await lasting(3600, 2))
    late.open()
    enough.set()
    await talk
    last = await alice.say(cast.conversations[0])
    assert await eventually(lambda: renews.saw(last.id) and late.saw(last.id), 10)

    verdict = judge([renews, late], alice.answered)
    show(
        "a token runs out in the stream, one renewed before and one after",
        answered=len(alice.answered),
        resets=len(renews.resets + late.resets),
        **asdict(verdict),
    )
    kinds = [told.type for told in late.told if told.type.startswith("auth.")]
    assert kinds == ["auth.expiring", "auth.ended"]
    assert late.heard("auth.ended")[0].data == {"reason": "expired"}
    assert not renews.heard("auth.ended")
    assert not renews.resets + late.resets
    assert not verdict
