"""Previews and exports by a running server, whose worker asks another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.links.web import Web, serving
from tests.server import Server, running
from tests.services import wait_until

PASSWORD = "a fine long password"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        web.html("/river", "<title>River</title>")
        yield web


@pytest.fixture
def server(tmp_path: Path, web: Web) -> Iterator[Server]:
    with running(tmp_path, BROOK_LINK_PREVIEW_HOSTS=web.host) as server:
        yield server


def test_the_worker_shows_links_and_makes_files(server: Server, web: Web) -> None:
    with httpx.Client(base_url=server.base_url, timeout=30) as client:
        made: dict[str, Any] = {}
        for name in ("alice", "bob"):
            made[name] = client.post("/api/auth/register", json={"username": name, "password": PASSWORD}).json()
        pair = client.post("/api/auth/token", json={"username": "alice", "password": PASSWORD}).json()
        client.headers["Authorization"] = f"Bearer {pair['access']}"
        talk = client.post("/api/conversations/direct", json={"user_id": made["bob"]["id"]}).json()["id"]
        said = {"conversation_id": talk, "client_id": "1", "content": f"{web.url}/river"}
        message = client.post("/api/messages", json=said).json()
        assert message["previews"] == []
        assert wait_until(lambda: bool(client.get(f"/api/messages/{message['id']}").json()["previews"]), 30)
        polled = client.get("/api/conversations").json()["results"][0]["last_message"]
        assert [each["title"] for each in polled["previews"]] == ["River"]
        export = client.post(f"/api/conversations/{talk}/export", json={"format": "html"})
        assert export.status_code == 202
        address = f"/api/exports/{export.json()['id']}"
        assert wait_until(lambda: client.get(address).json()["state"] == "done", 30)
        file = client.get(client.get(address).json()["url"])
        assert (file.status_code, b"/river</a>" in file.content) == (200, True)
        assert file.headers["Content-Disposition"].startswith("attachment")
