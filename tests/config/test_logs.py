"""The log: structured, with the ids that belong together, and without anything of anybody's."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from config import logs
from realtime.gate import Gate, StreamGranted
from realtime.hub import Hub
from tests.conftest import PASSWORD
from tests.presence.conftest import made
from tests.realtime.conftest import Client as StreamClient
from tests.realtime.conftest import connect, eventually, hub

__all__ = ["connect", "hub"]

Api = Callable[[User], APIClient]
SECRET = "the treasure is under the pear tree"
EMAIL = "alice.moreau@example.org"


class Log:
    """All that is logged, as the console would get it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def log() -> Iterator[Log]:
    """The console's own handler, at the level DEBUG, writing into memory."""
    kept = Log()
    handler = logging.StreamHandler(kept.stream)
    handler.setFormatter(logs.formatter(as_json=True))
    handler.addFilter(logs.RoutesForPaths())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_says_whose_request_it_was(api: Api, alice: User, log: Log) -> None:
    answer = api(alice).get("/api/unread-counts", headers={"X-Request-Id": "from.the-proxy_1"})
    assert answer["X-Request-Id"] == "from.the-proxy_1"
    [line] = log.of("request")
    assert line["request_id"] == "from.the-proxy_1"
    assert line["user_id"] == str(alice.pk)
    assert (line["method"], line["route"], line["status_code"]) == ("GET", "/api/unread-counts", 200)
    assert (line["level"], line["logger"]) == ("debug", "config.logs")
    assert line["timestamp"].endswith("Z")
    assert line["ms"] >= 0


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "é", '"', "<script>"])
def test_an_id_that_is_none_is_replaced(client: Client, db: None, given: str) -> None:
    made = client.get("/health/live", headers={"X-Request-Id": given})["X-Request-Id"]
    assert made != given
    assert logs.REQUEST_ID.fullmatch(made)


def test_the_next_request_is_nobodys(api: Api, client: Client, alice: User, log: Log) -> None:
    api(alice).get("/api/unread-counts")
    client.get("/api/realtime/status")
    first, second = log.of("request")
    assert "user_id" in first
    assert "user_id" not in second
    assert first["request_id"] != second["request_id"]


def test_addresses_appear_as_their_pattern(client: Client, db: None, log: Log) -> None:
    client.post("/api/invites/verysecretcode/accept")
    client.get("/another-secret")
    assert "secret" not in log.text
    [refused] = log.of("Unauthorized: /api/invites/<str:code>/accept")
    assert (refused["level"], refused["status_code"], refused["method"]) == ("warning", 401, "POST")
    assert log.of("Not Found: (no such address)")


def test_only_the_fields_that_are_named_come_through(log: Log) -> None:
    logging.getLogger("some.library").warning("odd", extra={"user_id": "u", "body": SECRET})
    [line] = log.of("odd")
    assert line["user_id"] == "u"
    assert "body" not in line


@pytest.mark.parametrize("as_json", [True, False])
def test_an_error_has_its_traceback_and_nothing_that_variables_held(as_json: bool) -> None:
    treasure = SECRET
    try:
        assert treasure
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        record = logging.getLogger("x").makeRecord("x", logging.ERROR, __file__, 1, "broken", (), None)
        record.exc_info = sys.exc_info()
    text = logs.formatter(as_json=as_json).format(record)
    assert "ZeroDivisionError" in text
    assert SECRET not in text
    assert ("\n" not in text) is as_json


async def test_a_stream_tells_its_life(hub: Hub, connect: Any, alice: User, log: Log) -> None:
    bobs: StreamClient = await connect(alice.pk)
    bobs.stream.end("lifetime")
    assert bobs.task is not None
    await bobs.task
    life = [line for line in log.lines if line.get("stream_id") == bobs.stream.id]
    assert [line["event"] for line in life] == ["stream opened", "stream live", "stream ended"]
    assert {line["user_id"] for line in life} == {str(alice.pk)}
    assert (life[0]["how"], life[2]["reason"]) == ("new", "lifetime")


async def test_nothing_of_anybodys_is_in_the_log(
    hub: Hub, connect: Any, api: Api, alice: User, bob: User, log: Log, client: Client
) -> None:
    """Through every hot path: log-in, sending, editing, history, search, typing, streams, polls, tickets."""
    talk = await made(hub, lambda: actions.open_direct(user=alice, partner=bob)[0])
    bobs = await connect(bob.pk)
    tokens: list[str] = []

    def act() -> None:
        User.objects.filter(pk=alice.pk).update(email=EMAIL)
        for password in (PASSWORD, SECRET):
            answer = client.post(
                "/api/auth/token", {"username": "alice", "password": password}, content_type="application/json"
            )
            tokens.extend(answer.json().get(kind, "") for kind in ("access", "refresh"))
        signed_in = api(alice)
        tokens.append(signed_in._credentials["HTTP_AUTHORIZATION"].split()[1])  # type: ignore[attr-defined]
        body = {"conversation_id": str(talk.pk), "client_id": "one", "content": SECRET}
        message = signed_in.post("/api/messages", body).json()
        assert message["content"] == SECRET
        for refused in ({**body, "client_id": ""}, {**body, "content": SECRET * 1000}, [SECRET], {SECRET: SECRET}):
            assert signed_in.post("/api/messages", refused).status_code == 400
        signed_in.patch(f"/api/messages/{message['id']}", {"content": f"{SECRET}, I say"})
        signed_in.get(f"/api/conversations/{talk.pk}/messages")
        signed_in.get("/api/messages/search", {"q": SECRET})
        signed_in.get("/api/realtime/poll", {"cursor": SECRET, "wait": SECRET})
        signed_in.post("/api/realtime/typing", {"conversation_id": str(talk.pk), "is_typing": True})
        ticket = signed_in.post("/api/auth/stream-ticket").json()["ticket"]
        tokens.append(ticket)
        for status in (200, 401):
            assert through_the_gate(f"ticket={ticket}&last_event_id={SECRET}").status_code == status

    await hub.pool.run(act)
    await bobs.until(lambda: bobs.of("message.updated"))
    await eventually(lambda: log.of("request"))
    assert len(log.of("request")) >= 10
    secrets = [SECRET, SECRET.split()[2], EMAIL, PASSWORD, *filter(None, tokens)]
    assert [secret for secret in secrets if secret in log.text] == []


def through_the_gate(query: str) -> Any:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/realtime/stream",
        "query_string": query.replace(" ", "+").encode(),
        "headers": [(b"host", b"localhost")],
    }
    answer = Gate()(scope)
    assert isinstance(answer, StreamGranted) is (answer.status_code == 200)
    return answer
