"""One request as a person."""

from __future__ import annotations

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
