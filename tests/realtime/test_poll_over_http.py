"""The poll as clients meet it: a real server, real sockets."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.realtime.conftest import PATIENCE_S
from tests.realtime.people import STREAM, Cast, Person, Reader
from tests.server import Server
from tests.services import wait_until

POLL = "/api/realtime/poll"


def ask(person: Person, **query: Any) -> Any:
    answer = person.http.get(POLL, params=query, timeout=35)
    assert answer.status_code == 200, answer.text
    return answer.json()


@contextlib.contextmanager
def waiting_poll(person: Person, **query: Any) -> Iterator[Future[Any]]:
    """A poll of theirs that waits, as the server's metrics tell."""

    def count(polls: int) -> bool:
        return f"brook_polls_waiting {polls}.0" in person.http.get("/metrics").text

    assert wait_until(lambda: count(0), PATIENCE_S)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, person, wait=30, **query)

        def waits() -> bool:
            nonlocal answer
            if answer.done():  # by something that was still on its way to them from before
                answer = pool.submit(ask, person, wait=30, cursor=answer.result()["cursor"])
            return count(1)

        assert wait_until(waits, PATIENCE_S)
        yield answer


def said(answer: Any) -> list[str]:
    return [event["data"]["message"]["content"] for event in answer["events"] if event["type"] == "message.created"]


def test_the_headers_of_a_poll(cast: Cast) -> None:
    alice = cast("alice")
    answer = alice.http.get(POLL, params={"wait": 0})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)
    polled = answer.json()
    assert polled == {"events": [], "cursor": polled["cursor"], "reset": False, "user_id": alice.id}


def test_a_waiting_poll_is_answered_when_somebody_writes(cast: Cast) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)
    cursor = ask(bob, wait=0)["cursor"]
    with waiting_poll(bob, cursor=cursor) as waiting:
        began = time.monotonic()
        alice.say(talk, "hello")
        answer = waiting.result(PATIENCE_S)
    assert time.monotonic() - began < PATIENCE_S / 2, "it did not wait to its end"
    assert said(answer) == ["hello"]
    assert ask(bob, cursor=answer["cursor"], wait=0)["reset"] is False
    assert said(ask(bob, cursor=answer["events"][0]["id"], wait=0)) == []


def test_from_stream_to_poll_and_back_nothing_is_lost_or_doubled(cast: Cast) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)
    with bob.stream() as reader:
        alice.say(talk, "over the stream")
        assert reader.said() == "over the stream"
    alice.say(talk, "over the poll")
    answer = ask(bob, cursor=reader.cursor)
    assert said(answer) == ["over the poll"]
    alice.say(talk, "over the stream again")
    with bob.stream(answer["cursor"]) as reader:
        assert reader.said() == "over the stream again"


@pytest.mark.parametrize("wait", ["-1", "31", "abc", "1.5", "", "9" * 40, "\0", "NaN"])
def test_a_wait_that_is_none_is_400(cast: Cast, wait: str) -> None:
    answer = cast("alice").http.get(POLL, params={"wait": wait})
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"
    assert answer.json()["errors"][0]["attr"] == "wait"


@pytest.mark.parametrize("cursor", ["nonsense", "", "0.1", "\0", "x" * 10_000])
def test_a_cursor_that_is_none_is_reset_at_once(cast: Cast, cursor: str) -> None:
    answer = ask(cast("alice"), cursor=cursor, wait=30)
    assert (answer["reset"], answer["events"]) == (True, [])
    assert ask(cast("alice"), cursor=answer["cursor"], wait=0)["reset"] is False


def test_without_credentials_and_with_other_methods(server: Server, cast: Cast) -> None:
    answer = httpx.get(server.base_url + POLL)
    assert (answer.status_code, answer.json()["type"]) == (401, "client_error")
    assert answer.headers["www-authenticate"] == "Bearer"
    alice = cast("alice")
    assert alice.http.post(POLL).status_code == 405
    head = alice.http.head(POLL)
    assert (head.status_code, head.content) == (200, b"")


def test_logging_out_answers_the_poll_that_waits(server: Server) -> None:
    frida = Person(server, "frida")
    with waiting_poll(frida) as waiting:
        assert frida.log_out().status_code == 204
        answer = waiting.result(PATIENCE_S)
    assert [event for event in answer["events"] if event["type"] == "auth.ended"] == [
        {"id": None, "type": "auth.ended", "data": {"reason": "logout"}}
    ]
    assert frida.http.get(POLL, params={"wait": 0}).status_code == 401


def test_a_client_that_goes_away_leaves_nothing_behind(cast: Cast) -> None:
    alice = cast("alice")
    with pytest.raises(httpx.ReadTimeout):
        alice.http.get(POLL, params={"wait": 30}, timeout=0.3)
    assert ask(alice, wait=0)["events"] == []


@pytest.mark.parametrize("way", ["poll", "waiting poll", "stream of the conversation"])
def test_what_was_handed_over_counts_as_delivered(cast: Cast, way: str) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)
    cursor = ask(bob, wait=0)["cursor"]
    message = ""
    with contextlib.ExitStack() as stack:
        if way == "waiting poll":
            waiting = stack.enter_context(waiting_poll(bob, cursor=cursor))
        elif way.startswith("stream"):
            stream = stack.enter_context(bob.http.stream("GET", f"{STREAM}/conversation/{talk}"))
            reader = Reader(stream, stream.iter_lines())
            assert reader.next("init")
            assert reader.next("conversation.snapshot")
        message = alice.say(talk, "hello")
        if way == "poll":
            assert wait_until(lambda: said(ask(bob, cursor=cursor, wait=0)) == ["hello"], PATIENCE_S)
        elif way == "waiting poll":
            assert said(waiting.result(PATIENCE_S)) == ["hello"]
        else:
            assert reader.said() == "hello"

        def delivered() -> bool:
            return bool(alice.http.get(f"/api/messages/{message}/status").json()["summary"]["delivered"] == 1)

        assert wait_until(delivered, PATIENCE_S)
