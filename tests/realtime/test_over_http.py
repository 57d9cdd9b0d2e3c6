"""The stream as clients meet it: a real server, real sockets."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.realtime.people import PASSWORD, STREAM, Person, Reader
from tests.server import Server


def test_the_headers_of_a_stream(cast: Any) -> None:
    with cast("alice").stream() as reader:
        headers = reader.answer.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert headers["cache-control"] == "private, no-store"
        assert headers["x-accel-buffering"] == "no"
        assert "content-length" not in headers
        assert "content-encoding" not in headers


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Accept": "text/event-stream"}])
def test_without_credentials_it_is_401_as_json(server: Server, headers: dict[str, str]) -> None:
    answer = httpx.get(server.base_url + STREAM, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "client_error"


def test_other_methods_and_hosts(server: Server, cast: Any) -> None:
    alice = cast("alice")
    assert alice.http.post(STREAM).status_code == 405
    assert alice.http.get(STREAM, headers={"Host": "evil.example.org"}).status_code == 400
    assert alice.http.head(STREAM).status_code == 200
    preflight = {"Origin": "https://evil.example.org", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in httpx.options(server.base_url + STREAM, headers=preflight).headers


def test_messages_arrive_and_what_was_missed_comes_after_resuming(cast: Any) -> None:
    alice, bob, carol = cast("alice"), cast("bob"), cast("carol")
    talk = alice.open_direct(bob)
    with bob.stream() as reader, carol.stream() as outside:
        alice.say(talk, "one")
        assert reader.said() == "one"
        cursor = reader.cursor
        carol.open_direct(bob)
        assert outside.next("conversation.created")
    for text in ("two", "three"):
        alice.say(talk, text)
    with bob.stream(cursor) as reader:
        assert reader.next("conversation.created")
        assert [reader.said(), reader.said()] == ["two", "three"]
        alice.say(talk, "four")
        assert reader.said() == "four"


def test_nonsense_cursors_get_a_reset_in_the_header_and_in_the_address(cast: Any) -> None:
    alice = cast("alice")
    with alice.stream("nonsense") as reader:
        assert reader.next("reset")["reason"] == "cursor_unusable"
    with alice.http.stream("GET", f"{STREAM}?last_event_id=0.1") as answer:
        reader = Reader(answer, answer.iter_lines())
        assert reader.next("init")["resumed"] is False
        assert reader.next("reset")["cursor"]


def test_init_names_the_conversations_and_how_far_they_are(cast: Any) -> None:
    alice, dora = cast("alice"), cast("dora")
    talk = dora.open_direct(alice)
    alice.say(talk, "hello")
    with dora.http.stream("GET", STREAM) as answer:
        init = Reader(answer, answer.iter_lines()).next("init")
    assert init["user_id"] == dora.id
    assert init["conversations"] == [{"id": talk, "last_seq": 1}]
    assert init["features"]["realtime"] is True


@pytest.mark.parametrize("way", ["log out", "change the password elsewhere", "end the session elsewhere"])
def test_the_end_of_a_session_ends_its_stream_within_a_second(server: Server, way: str) -> None:
    name = f"eve-{way.split()[0]}"
    eve = Person(server, name)
    elsewhere = httpx.Client(base_url=server.base_url)
    tokens = elsewhere.post("/api/auth/token", json={"username": name, "password": PASSWORD}).json()
    elsewhere.headers["Authorization"] = f"Bearer {tokens['access']}"
    with eve.stream() as reader:
        if way == "log out":
            assert eve.log_out().status_code == 204
        elif way == "end the session elsewhere":
            sessions = elsewhere.get("/api/auth/sessions").json()
            other = next(session for session in sessions.get("results", sessions) if not session["current"])
            assert elsewhere.delete(f"/api/auth/sessions/{other['id']}").status_code == 204
        else:
            change = {"old_password": PASSWORD, "new_password": "another fine password"}
            assert elsewhere.post("/api/auth/password", json=change).status_code == 204
        began = time.monotonic()
        assert reader.next("auth.ended")["reason"]
        assert not list(reader.blocks())
        assert time.monotonic() - began < 1
    assert eve.http.get(STREAM).status_code == 401


def test_a_stream_open_in_the_browser_goes_by_the_cookie(server: Server) -> None:
    browser = httpx.Client(base_url=server.base_url, follow_redirects=True)
    browser.get("/signup")
    form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"], "username": "frank", "password": PASSWORD}
    assert browser.post("/signup", data=form, headers={"Referer": server.base_url}).status_code == 200
    with browser.stream("GET", STREAM) as answer:
        assert answer.status_code == 200
        assert Reader(answer, answer.iter_lines()).next("init")["conversations"] == []
