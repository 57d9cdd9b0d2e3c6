"""Alice is on one process, Bob on another, Redis between them; then Alice's process is killed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import Cast, House, Server

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

TTL_S = 3
TOLD_WITHIN_S = 2.0
ANSWERS_WITHIN_S = 1.0
ALICE, BOB = 0, 1


async def ask(server: Server, cast: Cast, person: int, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {cast.tokens[person]}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
        return await client.request(method, f"/api{path}", **more)


async def type_in(server: Server, cast: Cast, person: int) -> int:
    body = {"conversation_id": cast.conversations[0], "is_typing": True}
    return (await ask(server, cast, person, "POST", "/realtime/typing", json=body)).status_code


def statuses(reader: Reader) -> list[str]:
    return [data["status"] for kind, data in reader.passing if kind == "presence.changed"]


def typing(reader: Reader) -> list[str]:
    return [kind for kind, _data in reader.passing if kind.startswith("typing.")]


async def test_the_people_of_a_killed_process_go_within_the_time_to_live(
    house: House,
    serve: Callable[..., Server],
    follow: Follow,
    show: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(house.environment, "BROOK_PRESENCE_TTL_SECONDS", str(TTL_S))
    cast = house.cast(2)
    doomed, survivor = serve("doomed"), serve("survivor")
    await asyncio.gather(doomed.ready(), survivor.ready())
    [bob] = await follow(cast, [BOB], [survivor])
    began = time.monotonic()
    [alice] = await follow(cast, [ALICE], [doomed])
    assert await eventually(lambda: statuses(bob) == ["online"], TOLD_WITHIN_S)
    online_s = time.monotonic() - began

    assert await type_in(doomed, cast, ALICE) == await type_in(survivor, cast, BOB) == 204
    assert await eventually(lambda: typing(bob) == typing(alice) == ["typing.started"], TOLD_WITHIN_S)
    assert await eventually(lambda: typing(bob)[-1] == typing(alice)[-1] == "typing.stopped", 7)

    mine = (await ask(survivor, cast, ALICE, "GET", "/users/me")).json()["id"]
    path = f"/presence?user_ids={mine}"
    assert (await ask(survivor, cast, BOB, "GET", path)).json()["online_count"] == 2
    await asyncio.sleep(TTL_S)  # the lease is renewed: nobody goes while their process lives
    assert statuses(bob) == ["online"]
    doomed.kill()
    began = time.monotonic()
    assert await eventually(lambda: statuses(bob) == ["online", "offline"], TTL_S + TOLD_WITHIN_S)
    offline_s = time.monotonic() - began
    seen = (await ask(survivor, cast, BOB, "GET", path)).json()
    show("kill -9 of Alice's process", online_after_s=online_s, offline_after_s=offline_s, time_to_live_s=TTL_S)
    assert seen["results"][0]["status"] == "offline"
    assert seen["online_count"] == 1


async def test_without_redis_nothing_fails_and_afterwards_all_is_known_again(
    house: House,
    serve: Callable[..., Server],
    follow: Follow,
    show: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(house.environment, "BROOK_PRESENCE_TTL_SECONDS", str(TTL_S))
    cast = house.cast(2)
    one, two = serve("one"), serve("two")
    await asyncio.gather(one.ready(), two.ready())
    [bob] = await follow(cast, [BOB], [two])
    await follow(cast, [ALICE], [one])
    assert await eventually(lambda: statuses(bob) == ["online"], TOLD_WITHIN_S)
    mine = (await ask(two, cast, ALICE, "GET", "/users/me")).json()["id"]
    path = f"/presence?user_ids={mine}"

    house.valkey.pause()
    slowest = 0.0
    try:
        for _ in range(3):
            for method, address, body, expected in (
                ("POST", "/presence/heartbeat", {"status": "online"}, 204),
                ("POST", "/realtime/typing", {"conversation_id": cast.conversations[0], "is_typing": True}, 204),
                ("GET", path, None, 200),
            ):
                began = time.monotonic()
                answer = await ask(one, cast, ALICE, method, address, json=body)
                slowest = max(slowest, time.monotonic() - began)
                assert answer.status_code == expected
        assert (await ask(two, cast, BOB, "GET", path)).json()["results"][0]["status"] == "offline"
    finally:
        house.valkey.kill()  # with all that it knew
        house.valkey.start()
    began = time.monotonic()

    async def is_known() -> bool:
        return bool((await ask(two, cast, BOB, "GET", path)).json()["results"][0]["status"] == "online")

    while not await is_known():
        assert time.monotonic() - began < 10
        await asyncio.sleep(0.1)
    show("Redis paused, killed, restarted empty", slowest_answer_s=slowest, known_again_s=time.monotonic() - began)
    assert slowest < ANSWERS_WITHIN_S
