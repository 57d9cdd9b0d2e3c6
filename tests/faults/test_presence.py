"""Alice is on one process, Bob on another, Redis between them; then Alice's process is killed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.faults.waiting import eventually
from tests.services import Valkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.reader import Follow, Reader
    from tests.faults.server import Cast, House, Server

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

TTL_S = 3
TOLD_WITHIN_S = 2.0
ANSWERS_WITHIN_S = 1.0
KNOWN_AGAIN_WITHIN_S = 10
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


@dataclass
class Talk:
    """Alice is on one process, Bob on the other, and Bob has seen her come."""

    cast: Cast
    hers: Server
    his: Server
    alice: Reader
    bob: Reader
    online_after_s: float

    async def ask_of_alice(self) -> Any:
        """What Bob is told of her, and how many are online."""
        alice_id = (await ask(self.his, self.cast, ALICE, "GET", "/users/me")).json()["id"]
        return (await ask(self.his, self.cast, BOB, "GET", f"/presence?user_ids={alice_id}")).json()


@pytest.fixture
def valkey(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """A Redis where nobody is yet: the house has people of other tests, whose processes were killed or still run."""
    with Valkey() as valkey:
        monkeypatch.setitem(house.environment, "REDIS_URL", valkey.url)
        monkeypatch.setitem(house.environment, "BROOK_PRESENCE_TTL_SECONDS", str(TTL_S))
        yield valkey


@pytest.fixture
async def talk(valkey: Valkey, house: House, serve: Callable[..., Server], follow: Follow) -> Talk:
    cast = house.cast(2)
    hers, his = serve("hers"), serve("his")
    await asyncio.gather(hers.ready(), his.ready())
    [bob] = await follow(cast, [BOB], [his])
    began = time.monotonic()
    [alice] = await follow(cast, [ALICE], [hers])
    assert await eventually(lambda: statuses(bob) == ["online"], TOLD_WITHIN_S)
    return Talk(cast, hers, his, alice, bob, time.monotonic() - began)


async def test_the_people_of_a_killed_process_go_within_the_time_to_live(talk: Talk, show: Callable[..., None]) -> None:
    alice, bob = talk.alice, talk.bob
    assert await type_in(talk.hers, talk.cast, ALICE) == await type_in(talk.his, talk.cast, BOB) == 204
    assert await eventually(lambda: typing(bob) == typing(alice) == ["typing.started"], TOLD_WITHIN_S)
    assert await eventually(lambda: typing(bob)[-1] == typing(alice)[-1] == "typing.stopped", 7)

    assert (await talk.ask_of_alice())["online_count"] == 2
    await asyncio.sleep(TTL_S)  # the lease is renewed: nobody goes while their process lives
    assert statuses(bob) == ["online"]
    talk.hers.kill()
    began = time.monotonic()
    assert await eventually(lambda: statuses(bob) == ["online", "offline"], TTL_S + TOLD_WITHIN_S)
    show(
        "kill -9 of Alice's process",
        online_after_s=talk.online_after_s,
        offline_after_s=time.monotonic() - began,
        time_to_live_s=TTL_S,
    )
    seen = await talk.ask_of_alice()
    assert seen["results"][0]["status"] == "offline"
    assert seen["online_count"] == 1


async def test_without_redis_nothing_fails_and_afterwards_all_is_known_again(
    talk: Talk, valkey: Valkey, show: Callable[..., None]
) -> None:
    alice_id = (await talk.ask_of_alice())["results"][0]["user_id"]
    conversation = talk.cast.conversations[0]
    valkey.pause()
    slowest = 0.0
    try:
        for _ in range(3):
            for method, address, body, expected in (
                ("POST", "/presence/heartbeat", {"status": "online"}, 204),
                ("POST", "/realtime/typing", {"conversation_id": conversation, "is_typing": True}, 204),
                ("GET", f"/presence?user_ids={alice_id}", None, 200),
            ):
                began = time.monotonic()
                answer = await ask(talk.hers, talk.cast, ALICE, method, address, json=body)
                slowest = max(slowest, time.monotonic() - began)
                assert answer.status_code == expected
        assert (await talk.ask_of_alice())["results"][0]["status"] == "offline"
    finally:
        valkey.kill()  # with all that it knew
        valkey.start()
    began = time.monotonic()
    while (await talk.ask_of_alice())["results"][0]["status"] != "online":
        assert time.monotonic() - began < KNOWN_AGAIN_WITHIN_S
        await asyncio.sleep(0.1)
    show("Redis paused, killed, restarted empty", slowest_answer_s=slowest, known_again_s=time.monotonic() - began)
    assert slowest < ANSWERS_WITHIN_S
