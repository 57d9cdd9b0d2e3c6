"""One request as a person."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.faults.reader import Door
    from tests.faults.server import Cast

TIMEOUT_S = 20


async def call(server: Door, cast: Cast, person: int, method: str, path: str, **more: Any) -> httpx.Response:
    """The answer, whatever it is; `path` begins after /api."""
    headers = {"Authorization": f"Bearer {cast.tokens[person]}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=TIMEOUT_S) as client:
        return await client.request(method, f"/api{path}", **more)


async def new_person(server: Door) -> dict[str, Any]:
    """Somebody who signs up and logs in: their id and tokens."""
    body = {"username": f"new-{uuid.uuid4().hex[:8]}", "password": "a fine long password"}
    async with httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT_S) as client:
        person = await client.post("/api/auth/register", json=body)
        assert person.status_code == 201, person.text
        tokens = await client.post("/api/auth/token", json=body)
        assert tokens.status_code == 200, tokens.text
    return {"id": person.json()["id"], **tokens.json()}


async def history(server: Door, cast: Cast, person: int, conversation: str) -> list[str]:
    """The ids of the messages that the server says the conversation holds, oldest first; its last 100."""
    answer = await call(server, cast, person, "GET", f"/conversations/{conversation}/messages", params={"limit": 100})
    assert answer.status_code == 200, answer.text
    return [message["id"] for message in answer.json()["results"]]


async def metric(server: Door, name: str) -> float:
    """The sum of a counter or gauge of one process, over its labels."""
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        lines = (await client.get(f"{server.url}/metrics")).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))
