"""Alice and Bob talk; Carol is outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import redis
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat.models import Conversation
from presence import store
from presence.memory_store import MemoryStore
from presence.redis_store import RedisStore
from presence.store import Store
from tests.chat.conftest import say, talk
from tests.realtime.conftest import Client, commit, connect, hub

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


def beat(device: APIClient, status: Any = "online", conversation: Conversation | None = None, **more: Any) -> Any:
    """A heartbeat from a device."""
    body = {"status": status, **more}
    if conversation is not None:
        body["conversation_id"] = str(conversation.pk)
    return device.post("/api/presence/heartbeat", body, format="json")
