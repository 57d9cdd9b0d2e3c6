"""Sent, delivered, read: with Alice on one process and Bob on the other."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.faults.reader import Follow
    from tests.faults.server import Cast, House, Server

pytestmark = [pytest.mark.postgres, pytest.mark.faults]


class Person:
    """Somebody with an API client on one server, who polls for what the others' receipts say."""

    def __init__(self, cast: Cast, number: int, server: Server) -> None:
        headers = {"Authorization": f"Bearer {cast.tokens[number]}"}
        self.http = httpx.AsyncClient(base_url=server.url, headers=headers, timeout=20)
        self.cursor = ""

    async def call(self, method: str, path: str, **more: Any) -> Any:
        answer = await self.http.request(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def next_receipt(self) -> dict[str, Any]:
        """The next entry about somebody else; fails where none comes."""
        for _poll in range(8):
            found = await self.call("GET", "/api/realtime/poll", params={"cursor": self.cursor, "wait": 5})
            self.cursor = found["cursor"]
            told = [event["data"]["receipts"] for event in found["events"] if event["type"] == "receipt.updated"]
            if told:
                [[receipt]] = told
                return dict(receipt)
        pytest.fail("nobody told of a receipt")


async def test_ticks_come_from_the_other_process(house: House, pair: list[Server], follow: Follow) -> None:
    cast = house.cast(2)
    [conversation] = cast.conversations
    one, two = pair
    alice, bob = Person(cast, 0, one), Person(cast, 1, two)

    async def send() -> Any:
        body = {"conversation_id": conversation, "client_id": uuid.uuid4().hex, "content": "Are you there?"}
        return await alice.call("POST", "/api/messages", json=body)

    async def status(message: Any) -> Any:
        found = await alice.call("GET", f"/api/messages/{message['id']}/status")
        [recipient] = found["statuses"]
        shown = await alice.call("GET", f"/api/messages/{message['id']}")
        assert shown["status"] == recipient["status"]
        return recipient

    try:
        alice.cursor = (await alice.call("GET", "/api/conversations"))["cursor"]
        away = await send()
        assert (await status(away))["status"] == "sent"

        [reader] = await follow(cast, [1], [two])
        receipt = await alice.next_receipt()
        assert (receipt["delivered_seq"], receipt["read_seq"]) == (away["seq"], 0)
        assert (await status(away))["status"] == "delivered"

        here = await send()
        receipt = await alice.next_receipt()
        assert (receipt["delivered_seq"], receipt["read_seq"]) == (here["seq"], 0)
        assert reader.saw(here["id"])
        recipient = await status(here)
        assert recipient["delivered_at"] == receipt["at"]

        path = f"/api/conversations/{conversation}/read-marker"
        assert (await bob.call("PUT", path, json={"seq": here["seq"]}))["unread"] == 0
        receipt = await alice.next_receipt()
        assert (receipt["delivered_seq"], receipt["read_seq"]) == (here["seq"], here["seq"])
        for message in (away, here):
            assert (await status(message))["status"] == "read"
            assert (await status(message))["read_at"] == receipt["at"]
    finally:
        await alice.http.aclose()
        await bob.http.aclose()
