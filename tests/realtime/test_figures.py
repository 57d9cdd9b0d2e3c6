"""A process without streams says how those with streams are."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from realtime import figures
from realtime.figures import Figures
from realtime.hub import Hub
from tests.conftest import Api
from tests.realtime.conftest import eventually

pytestmark = pytest.mark.postgres
STATUS = "/api/realtime/status"
ANYONE = "0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a01"


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "KEY", f"test:{uuid.uuid4().hex}")


def test_what_processes_said_lately_is_added_up(alice: User, api: Api) -> None:
    now = time.time()
    figures.keep("one", Figures(3, 4.5, now))
    figures.keep("another", Figures(2, None, now - 5))
    figures.keep("dead", Figures(100, 900.0, now - figures.BELIEVED_S - 1))
    answer = api(alice).get(STATUS).json()
    assert (answer["streams"], answer["lag_ms"], answer["layer"], answer["database"]) == (5, 4.5, "ok", "ok")
    assert [each.streams for each in figures.read()].count(100) == 0


def test_without_redis_the_status_is_there_and_says_so(
    alice: User, api: Api, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME = {**settings.REALTIME, "FIGURES": "redis://127.0.0.1:1"}
    answer = api(alice).get(STATUS)
    assert answer.status_code == 200
    assert (answer.json()["streams"], answer.json()["layer"]) == (0, "away")


async def test_a_hub_tells_of_itself(hub: Hub, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    await connect(ANYONE)
    await hub._tell_figures()
    kept = await eventually(lambda: hub.pool.run(figures.read))
    assert [(each.streams, each.lag_ms) for each in kept] == [(1, None)]
