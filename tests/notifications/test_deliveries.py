"""What an open stream was handed is delivered."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from notifications import actions, deliveries
from notifications.models import Notification, Type
from realtime.hub import Hub
from tests.realtime.conftest import connect, eventually, hub

__all__ = ["connect", "hub"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "TELL_EVERY_S", 0.02)


async def is_delivered(hub: Hub, person: User) -> bool:
    return await hub.pool.run(lambda: Notification.objects.get(user=person).is_delivered)


async def test_over_an_open_stream(hub: Hub, connect: Any, bob: User, carol: User) -> None:
    client = await connect(bob.pk)
    await hub.pool.run(lambda: actions.notify(user_ids=[bob.pk, carol.pk], type=Type.BROADCAST, title="Maintenance"))
    await client.until(lambda: client.of("notification.created"))
    await eventually(lambda: is_delivered(hub, bob))
    assert not await is_delivered(hub, carol)


async def test_on_return(hub: Hub, connect: Any, bob: User) -> None:
    await hub.pool.run(lambda: actions.notify(user_ids=[bob.pk], type=Type.BROADCAST, title="Maintenance"))
    assert not await is_delivered(hub, bob)
    await connect(bob.pk)
    await eventually(lambda: is_delivered(hub, bob))
