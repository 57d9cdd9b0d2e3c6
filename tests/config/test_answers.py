"""What every answer has, and what an answer is when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from config.limits import LimitBody

Api = Callable[[User], APIClient]


def test_addresses_that_lead_nowhere(client: Client, db: None) -> None:
    answer = client.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"
    page = client.get("/nothing")
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")


def test_health(client: Client, db: None) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").status_code == 200


def database_away(*_arguments: Any, **_options: Any) -> None:
    raise OperationalError("connection refused")


def test_a_database_that_is_away_is_503_everywhere_and_one_line_in_the_log(
    client: Client, api: Api, alice: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    signed_in = api(alice)
    monkeypatch.setattr("accounts.models.SessionQuerySet.find_live", database_away)
    monkeypatch.setattr("realtime.log.head", database_away)
    client.raise_request_exception = False
    answers: list[Any] = [
        signed_in.get("/api/conversations"),
        signed_in.post("/api/messages", {}),
        client.get("/health/ready"),
    ]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert all(int(answer["Retry-After"]) > 0 for answer in answers)
    assert answers[0].json()["type"] == "server_error"
    assert [record.getMessage() for record in caplog.records] == ["503: connection refused"] * 3


def test_only_listed_origins_may_use_the_api(client: Client, db: None, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]

    def preflight(origin: str) -> Any:
        return client.options("/api/messages", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})

    listed, other = preflight("https://app.example.org"), preflight("https://evil.example.org")
    assert listed["Access-Control-Allow-Origin"] == "https://app.example.org"
    assert "Access-Control-Allow-Origin" not in other


def test_other_host_names_are_refused(client: Client, db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.org"]
    assert client.get("/", HTTP_HOST="evil.example.org").status_code == 400


@pytest.mark.parametrize("headers", [[(b"content-length", b"2000000")], []])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(headers: list[tuple[bytes, bytes]]) -> None:
    """Declared, or found out while it comes."""
    read = 0
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 100_000
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await LimitBody(application)({"type": "http", "headers": headers}, receive, send)
    assert [message.get("status") for message in sent] == [413, None]
    assert b'"too_large"' in sent[1]["body"]
    assert len(dict(sent[0]["headers"])[b"x-request-id"]) == 32
    assert read <= 1_200_000


def test_a_json_body_that_is_too_large_is_refused_under_wsgi_too(api: Any, alice: User) -> None:
    body = b'{"content": "' + b"x" * 1_048_576 + b'"}'
    answer = api(alice).post("/api/messages", body, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "too_large"
