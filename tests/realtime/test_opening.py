"""A stream's request: what it passes, and what is read in the same go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from realtime import opening, topics
from realtime.gate import Gate
from realtime.hub import Hub
from realtime.stream import Stream, Viewer
from tests.realtime.conftest import Client, eventually

ANN = UUID("0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a01")
TALK = topics.conversation("0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a99")


def ask(**headers: str) -> Any:
    scope = {
        "type": "http",
        "method": headers.pop("method", "GET"),
        "path": "/api/realtime/stream",
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    return Gate()(scope)


# --- what it passes ---------------------------------------------------------------------------------------------------
def test_its_middleware_is_the_projects_in_the_same_order() -> None:
    mine: Any = django_settings.REALTIME["MIDDLEWARE"]
    all_of_it = django_settings.MIDDLEWARE
    assert mine == [path for path in all_of_it if path in mine]


def test_hosts_origins_and_errors_are_as_everywhere(db: None, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]
    assert ask(host="evil.example.org").status_code == 400
    refused = ask(host="localhost", origin="https://app.example.org")
    assert (refused.status_code, refused["Content-Type"]) == (401, "application/json")
    assert refused["Access-Control-Allow-Origin"] == "https://app.example.org"
    assert refused["Cache-Control"] == "private, no-store"
    assert refused["X-Content-Type-Options"] == "nosniff"
    assert refused["X-Request-Id"]
    preflight = ask(
        host="localhost", origin="https://app.example.org", method="OPTIONS", access_control_request_method="GET"
    )
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == "https://app.example.org"
    assert "Access-Control-Allow-Origin" not in ask(host="localhost", origin="https://evil.example.org")


def test_without_a_list_of_its_own_it_passes_all(db: None, settings: Settings) -> None:
    settings.REALTIME = {name: value for name, value in settings.REALTIME.items() if name != "MIDDLEWARE"}
    answer = ask(host="localhost")
    assert answer.status_code == 401
    assert answer["Content-Security-Policy"]


# --- what is read before the stream is registered ---------------------------------------------------------------------
Commit = Callable[..., Any]


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_changes_between_the_loading_and_the_stream_counts(
    hub: Hub, commit: Commit, forgotten: bool
) -> None:
    """From memory, or where that has it no more, by loading again."""
    await commit(TALK, 1, adds=[ANN])
    loaded = await hub.pool.run(opening.load, hub, str(ANN), lambda _user_id: {}, None)
    await commit(TALK, 2)
    await commit(TALK, 3, removes=[ANN])
    if forgotten:
        hub.ring.clear()
    client = Client(Stream(hub, Viewer(str(ANN), "s")))
    client.stream.opening = loaded
    client.task = asyncio.create_task(client.stream.run(client.write, None, lambda _user_id: {}))
    await eventually(lambda: client.stream.live)
    await commit(TALK, 4)
    client.stream.end()
    await client.task
    assert client.numbers == ([] if forgotten else [2, 3]), "from the request on, and never after the removal"


async def test_who_is_added_meanwhile_follows(hub: Hub, commit: Commit) -> None:
    loaded = await hub.pool.run(opening.load, hub, str(ANN), lambda _user_id: {}, None)
    await commit(TALK, 1, adds=[ANN])
    client = Client(Stream(hub, Viewer(str(ANN), "s")))
    client.stream.opening = loaded
    client.task = asyncio.create_task(client.stream.run(client.write, None, lambda _user_id: {}))
    await eventually(lambda: client.stream.live)
    await commit(TALK, 2)
    await client.saw(1, 2)
    client.stream.end()
    await client.task


async def test_what_is_older_than_the_cursor_is_loaded_again(hub: Hub, commit: Commit) -> None:
    loaded = await hub.pool.run(opening.load, hub, str(ANN), lambda _user_id: {"late": False}, None)
    await commit(TALK, 1)
    client = Client(Stream(hub, Viewer(str(ANN), "s")))
    client.stream.opening = loaded
    cursor = f"{hub.epoch}.{hub.pos}"
    client.task = asyncio.create_task(client.stream.run(client.write, cursor, lambda _user_id: {"late": True}))
    await eventually(lambda: client.stream.live)
    assert client.of("init")[0].data["late"] is True
    client.stream.end()
    await client.task
