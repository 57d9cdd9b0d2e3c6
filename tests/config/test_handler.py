"""Django under ASGI: a request is one call in one thread, and leaves no connection open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import signals
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from config import styles
from config.handler import ThreadHandler

threads: list[str] = []


def hello(request: HttpRequest) -> HttpResponse:
    threads.append(threading.current_thread().name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(request.body, status=201, headers={"X-Name": "é"})


def parts(_request: HttpRequest) -> StreamingHttpResponse:
    def counted() -> Iterator[bytes]:
        for number in range(3):
            threads.append(f"part {number}")
            yield b"%d" % number

    return StreamingHttpResponse(counted())


def broken(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("hello", hello),
    path("parts", parts),
    path("broken", broken),
    path("styles/<str:names>.<str:version>.css", styles.sheet, name="style-sheet"),  # of the pages of errors
]
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"


@pytest.fixture
def handler() -> Iterator[ThreadHandler]:
    threads.clear()
    with override_settings(
        ROOT_URLCONF="tests.config.test_handler", MIDDLEWARE=["config.middleware.PrivateMiddleware"]
    ):
        yield ThreadHandler()


async def ask(handler: ThreadHandler, address: str, *bodies: bytes, on_send: Any = None) -> list[dict[str, Any]]:
    """What the handler sends for a POST whose body comes in these parts; without any, the client is gone."""
    waiting = [
        {"type": "http.request", "body": body, "more_body": number < len(bodies) - 1}
        for number, body in enumerate(bodies)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))
        if on_send:
            on_send()

    scope = {
        "type": "http",
        "method": "POST",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    await handler(scope, receive, send)
    return sent


def body_of(sent: list[dict[str, Any]]) -> bytes:
    return b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.django_db(transaction=True)
async def test_a_request_is_answered_from_one_of_its_threads(handler: ThreadHandler) -> None:
    sent = await ask(handler, "/hello", b"one ", b"two")
    assert sent[0]["status"] == 201
    headers = dict(sent[0]["headers"])
    assert headers[b"X-Name"] == "é".encode("latin1")
    assert headers[b"Cache-Control"] == b"private, no-store"
    assert body_of(sent) == b"one two"
    assert threads[0].startswith("django")


async def test_connections_are_given_back_once(handler: ThreadHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr("config.handler.close_old_connections", lambda: closed.append("by the handler"))
    signals.request_finished.connect(receiver := lambda **_: closed.append("by the signal"))
    try:
        for address, by in (("/broken", "by the signal"), ("/parts", "by the handler")):
            closed.clear()
            await ask(handler, address, b"", on_send=lambda: closed.append("sent"))
            assert closed[: closed.index("sent")] == [by]
    finally:
        signals.request_finished.disconnect(receiver)


async def test_the_parts_of_a_file_are_read_as_they_are_sent(handler: ThreadHandler) -> None:
    sent = await ask(handler, "/parts", b"", on_send=lambda: threads.append("sent"))
    assert body_of(sent) == b"012"
    assert threads[:4] == ["sent", "part 0", "sent", "part 1"]


async def test_an_error_is_a_500_and_an_unknown_address_a_404(handler: ThreadHandler) -> None:
    assert (await ask(handler, "/broken", b""))[0]["status"] == 500
    assert (await ask(handler, "/nowhere", b""))[0]["status"] == 404


async def test_a_client_that_goes_before_its_request_is_complete_gets_nothing_done(handler: ThreadHandler) -> None:
    assert await ask(handler, "/hello") == []
    assert threads == []
