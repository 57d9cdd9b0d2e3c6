"""A client that sends, and sends the same again until it is answered."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from typing import Self

    from tests.faults.reader import Door

    Write = Callable[..., Awaitable["Writer"]]

TIMEOUT_S = 6
RETRY_S = 0.05


@dataclass(frozen=True)
class Answered:
    """A message as the server confirmed it: it may not be lost any more."""

    conversation: str
    seq: int
    id: str
    client_id: str
    sent_at: float  # when the first attempt began
    answered_at: float
    attempts: int
    took_s: float  # the attempt that was answered


class Writer:
    """Sends to whichever server answers; notes the answered messages in `answered` and what it met in `failures`."""

    def __init__(self, token: str, servers: Sequence[Door], *, keep_alive: bool = True) -> None:
        self.answered: list[Answered] = []
        self.failures: list[str] = []
        self._servers = itertools.cycle(servers)
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_S,
            limits=httpx.Limits(max_keepalive_connections=None if keep_alive else 0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def say(self, conversation: str, content: str = "Hello") -> Answered:
        """Send one message, however often that takes."""
        client_id = uuid.uuid4().hex
        sent_at = time.monotonic()
        for attempt in itertools.count(1):
            began = time.monotonic()
            answer = await self.post(next(self._servers), conversation, client_id, content)
            if answer is not None and answer.status_code in {200, 201}:
                now = time.monotonic()
                body = answer.json()
                self.answered.append(
                    Answered(conversation, body["seq"], body["id"], client_id, sent_at, now, attempt, now - began)
                )
                break
            if answer is not None:
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(RETRY_S)
        return self.answered[-1]

    async def post(self, server: Door, conversation: str, client_id: str, content: str) -> httpx.Response | None:
        """One attempt: the answer, or None when the connection broke."""
        body = {"conversation_id": conversation, "client_id": client_id, "content": content}
        try:
            answer = await self._client.post(f"{server.url}/api/messages", json=body)
        except httpx.TransportError as error:
            self.failures.append(type(error).__name__)
            return None
        if answer.status_code >= 500:
            self.failures.append(str(answer.status_code))
        return answer

    def note(self, answer: httpx.Response, client_id: str) -> None:
        """An answer to `post` counts as one to `say`."""
        body, now = answer.json(), time.monotonic()
        self.answered.append(Answered(body["conversation_id"], body["seq"], body["id"], client_id, now, now, 1, 0.0))

    async def talk(
        self, conversations: Iterator[str], every_s: float, until: asyncio.Event, content: str = "Hello"
    ) -> None:
        """Say something, at most so often, until told to stop."""
        while not until.is_set():
            began = time.monotonic()
            await self.say(next(conversations), content)
            await asyncio.sleep(max(every_s - (time.monotonic() - began), 0))
