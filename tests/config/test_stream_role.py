"""A process that only holds streams answers what belongs to them, and says where the rest is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.stream_role import StreamRole


async def ask(path: str) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        sent.append({"served": scope["path"]})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await StreamRole(application)(
        {"type": "http", "path": path, "headers": [(b"x-request-id", b"from.the-proxy_1")]}, None, send
    )
    return sent


@pytest.mark.parametrize(
    "path",
    [
        "/api/realtime/stream",
        "/api/realtime/stream/conversation/0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a01",
        "/api/realtime/poll",
        "/api/realtime/status",
        "/api/realtime/typing",
        "/health/live",
        "/health/ready",
        "/metrics",
    ],
)
async def test_what_belongs_to_streams_is_served(path: str) -> None:
    assert await ask(path) == [{"served": path}]


@pytest.mark.parametrize(
    "path", ["/", "/api/messages", "/api/auth/token", "/admin/", "/metrics/x", "/api/realtime", "/health", "//metrics"]
)
async def test_everything_else_is_another_processs(path: str) -> None:
    start, body = await ask(path)
    assert start["status"] == 421
    answer = json.loads(body["body"])
    assert answer["type"] == "client_error"
    assert answer["errors"][0]["code"] == "misdirected"
    assert "/api/realtime/" in answer["errors"][0]["detail"]
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"application/json"
    assert headers[b"x-request-id"] == b"from.the-proxy_1"


@pytest.mark.sqlite
@pytest.mark.parametrize("role", ["web", "stream"])
def test_one_of_several_processes_needs_redis(role: str) -> None:
    with pytest.raises(CommandError, match="REDIS_URL"):
        call_command("serve", role=role)
