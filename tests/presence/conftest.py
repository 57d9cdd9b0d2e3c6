"""Alice and Bob talk; Carol is outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import redis
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation
from presence import store
from presence.memory_store import MemoryStore
from presence.redis_store import RedisStore
from presence.store import Store
from realtime.hub import Hub
from realtime.models import Event
from tests.chat.conftest import say, talk
from tests.realtime.conftest import Client, commit, connect, eventually, hub

__all__ = ["Client", "commit", "connect", "hub", "say", "talk"]

Api = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of this set-up, empty."""
    url = settings.REDIS_URL
    if url:
        redis.Redis.from_url(url).flushdb()
    fresh: Store = RedisStore(url) if url else MemoryStore()
    monkeypatch.setattr(store, "_stores", {url: fresh})
    return fresh


@pytest.fixture
def look(api: Api) -> Callable[..., Any]:
    """How somebody sees others: look(bob, alice)["status"]; of many, a list."""

    def seen(viewer: User, *people: User) -> Any:
        ids = ",".join(str(person.pk) for person in people)
        answer = api(viewer).get(f"/api/presence?user_ids={ids}")
        assert answer.status_code == 200, answer.content
        results = answer.json()["results"]
        assert [each["user_id"] for each in results] == [str(person.pk) for person in people]
        return results[0] if len(people) == 1 else results

    return seen


@pytest.fixture
async def cast(hub: Hub, alice: User, bob: User, carol: User) -> tuple[User, User, User, Conversation]:
    """Alice, Bob, Carol and the conversation of the first two, which the hub knows of."""
    return alice, bob, carol, await made(hub, lambda: actions.open_direct(user=alice, partner=bob)[0])


async def made(hub: Hub, action: Callable[[], Conversation]) -> Conversation:
    """A new conversation, once the hub knows who follows it."""
    conversation = await hub.pool.run(action)

    async def is_known() -> bool:
        last = await hub.pool.run(lambda: Event.objects.order_by("-id").values_list("pos", flat=True)[0])
        return last is not None and last <= hub.pos

    await eventually(is_known)
    return conversation


def beat(device: APIClient, status: Any = "online", conversation: Conversation | None = None, **more: Any) -> Any:
    """A heartbeat from a device."""
    body = {"status": status, **more}
    if conversation is not None:
        body["conversation_id"] = str(conversation.pk)
    return device.post("/api/presence/heartbeat", body, format="json")
