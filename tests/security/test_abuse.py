"""Requests that nobody sends by accident."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from config.asgi import application
from realtime.asgi import serves
from tests.conftest import Api
from tests.security.matrix import lines, routes

pytestmark = pytest.mark.django_db

NONSENSE = ["abc", "-1", "1" + "0" * 30, "\0", "a" * 10_000, "ffffffffffff.1", "9.9.9", "é", "%00", "' OR 1=1 --"]
LISTS = ["/api/conversations", "/api/users", "/api/auth/sessions", "/api/messages/starred", "/api/users/blocked"]


@pytest.fixture
def client(alice: User, api: Api) -> APIClient:
    return api(alice)


@pytest.mark.parametrize("cursor", NONSENSE)
@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_that_is_none_of_ours(client: APIClient, path: str, cursor: str) -> None:
    answer = client.get(path, {"cursor": cursor})
    assert answer.status_code in {200, 400}
    assert answer.status_code == 400 or cursor.isascii()


@pytest.mark.parametrize("name", ["before", "after", "around", "limit"])
@pytest.mark.parametrize("value", NONSENSE)
def test_a_place_in_a_history_that_is_none(client: APIClient, alice: User, bob: User, name: str, value: str) -> None:
    talk, _created = actions.open_direct(user=alice, partner=bob)
    assert client.get(f"/api/conversations/{talk.pk}/messages", {name: value}).status_code == 400


BODIES = {
    "deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "deep lists": b"[" * 100_000,
    "NUL": rb'{"content": "a\u0000b"}',
    "NUL in a name": rb'{"a\u0000b": 1}',
    "lone surrogate": rb'{"content": "\ud800"}',
    "not UTF-8": b'{"content": "\xff"}',
    "not JSON": b"{",
    "no object": b'"text"',
    "a number": b"1" * 5000,
    "NaN": b'{"content": NaN}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("line", [line for line in lines() if line.body.startswith("{")], ids=str)
def test_a_body_that_is_none(client: APIClient, alice: User, bob: User, line: Any, body: bytes) -> None:
    talk, _created = actions.open_direct(user=alice, partner=bob)
    message, _created = actions.send_message(sender=alice, conversation_id=talk.pk, client_id="1", content="hi")
    names = {"conversation_id": talk.pk, "message_id": message.pk, "user_id": bob.pk, "emoji": "x", "code": "x"}
    path = line.route.format_map({**names, "session_id": bob.pk, "scheduled_id": bob.pk, "passkey_id": bob.pk})
    answer: Any = client.generic(line.method, path, body, content_type="application/json")  # type: ignore[arg-type] # bytes do
    assert answer.status_code in {200, 201, 204, 400, 401, 403, 404, 409}
    if body not in {BODIES["nothing"], BODIES["no object"], BODIES["a number"]} and answer.status_code < 400:
        assert line.route.startswith("/api/auth/logout"), answer.content


def test_a_write_with_a_cookie_needs_the_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for line in lines():
        if line.route.startswith("/api/") and line.method != "GET" and line.expected["anonymous"] == 401:
            if line.route in {"/api/auth/token/refresh", "/api/auth/logout", "/api/auth/passkey"}:
                continue  # by a refresh token or a passkey, which no browser sends by itself
            path = re.sub(r"{(\w+_id)}", str(alice.pk), line.route).replace("{", "").replace("}", "")
            assert client.generic(line.method, path, b"{}", "application/json").status_code == 403, str(line)


def test_nothing_personal_is_kept_by_a_cache(client: APIClient, alice: User, bob: User, api: Api) -> None:
    talk, _created = actions.open_direct(user=alice, partner=bob)
    message, _created = actions.send_message(sender=alice, conversation_id=talk.pk, client_id="1", content="hi")
    browser = Client()
    browser.force_login(alice)
    client.raise_request_exception = browser.raise_request_exception = False
    names = {"conversation_id": talk.pk, "message_id": message.pk, "user_id": bob.pk, "username": "bob", "emoji": "x"}
    others = {"session_id": bob.pk, "code": "x", "attachment_id": bob.pk, "scheduled_id": bob.pk}
    for route in routes():
        if route == "/metrics":
            continue  # nothing of anybody's
        path = route
        for name, value in {**names, **others}.items():
            path = path.replace(f"{{{name}}}", str(value))
        for who in (client, browser):
            answer = who.get(path)
            assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"], path
            assert "private" in answer["Cache-Control"], path


@pytest.mark.django_db(transaction=True)
async def test_raw_addresses_let_nobody_in_without_credentials() -> None:
    """They pass Django by only once it has let somebody in."""
    raw = [route for route in routes() if serves(route.replace("{conversation_id}", "x"))]
    assert len(raw) >= 3
    for route in raw:
        path = route.replace("{conversation_id}", "0199b0a5-11aa-7c90-b1d2-0a4d5e6f7a03")
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any], sent: list[dict[str, Any]] = sent) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"testserver")],
        }
        await application(scope, receive, send)
        assert sent[0]["status"] == 401, route
        assert b"not_authenticated" in sent[1]["body"]
