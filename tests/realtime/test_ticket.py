"""?ticket= on a stream and a poll, over real sockets."""

from __future__ import annotations

import httpx

from tests.realtime.people import STREAM, Cast, Person, Reader
from tests.server import Server

POLL = "/api/realtime/poll"


def ticket_of(person: Person) -> str:
    return str(person.http.post("/api/auth/stream-ticket").json()["ticket"])


def test_a_ticket_opens_a_stream_once(server: Server, cast: Cast) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)
    nobody = httpx.Client(base_url=server.base_url, timeout=5)
    query = {"ticket": ticket_of(bob)}
    with nobody.stream("GET", STREAM, params=query) as answer:
        reader = Reader(answer, answer.iter_lines())
        assert reader.next("init")["user_id"] == bob.id
        alice.say(talk, "hello")
        assert reader.said() == "hello"
    assert nobody.get(STREAM, params=query).status_code == 401


def test_a_ticket_opens_a_poll_once(server: Server, cast: Cast) -> None:
    query = {"ticket": ticket_of(cast("bob")), "wait": "0"}
    assert httpx.get(server.base_url + POLL, params=query).status_code == 200
    assert httpx.get(server.base_url + POLL, params=query).status_code == 401


def test_a_stream_by_ticket_ends_with_its_session(server: Server) -> None:
    greta = Person(server, "greta")
    with httpx.stream("GET", server.base_url + STREAM, params={"ticket": ticket_of(greta)}) as answer:
        reader = Reader(answer, answer.iter_lines())
        assert reader.next("init")
        greta.log_out()
        assert reader.next("auth.ended") == {"reason": "logout"}
