"""POST /api/auth/stream-ticket. That a ticket opens a stream is told in tests/realtime/test_ticket.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import StreamTicket, User
from tests.accounts.conftest import Browser, Login, bearer
from tests.conftest import Api

pytestmark = pytest.mark.django_db

POLL = "/api/realtime/poll"
LET_IN = 503  # Django's own server holds no streams: it says so to those whom it knows


def ticket_of(client: APIClient) -> str:
    answer = client.post("/api/auth/stream-ticket")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.json()["expires_in"] == 30
    return str(answer.json()["ticket"])


def use(ticket: str, path: str = POLL) -> int:
    return int(APIClient().get(path, {"ticket": ticket}).status_code)


@pytest.mark.parametrize("path", [POLL, "/api/realtime/stream"])
def test_a_ticket_lets_in_once(alice: User, api: Api, path: str) -> None:
    ticket = ticket_of(api(alice))
    assert [use(ticket, path) for _ in range(3)] == [LET_IN, 401, 401]


def test_a_browser_gets_one_too(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    assert browser.call("POST", "/api/auth/stream-ticket", csrf=False).status_code == 403
    assert use(browser.call("POST", "/api/auth/stream-ticket").json()["ticket"]) == LET_IN


def test_nobody_else_gets_one(client: APIClient) -> None:
    assert client.post("/api/auth/stream-ticket").status_code == 401


def test_it_lasts_thirty_seconds(alice: User, api: Api) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first, second = ticket_of(api(alice)), ticket_of(api(alice))
        clock.shift(timedelta(seconds=29))
        assert use(first) == LET_IN
        clock.shift(timedelta(seconds=2))
        assert use(second) == 401


def test_it_is_worth_nothing_once_its_session_has_ended(alice: User, login: Login) -> None:
    client = bearer(login(alice)["access"])
    ticket = ticket_of(client)
    client.post("/api/auth/logout")
    assert use(ticket) == 401


@pytest.mark.parametrize("ticket", ["", "nonsense", "\0", "é", "x" * 10_000])
def test_what_is_no_ticket_is_401_even_beside_good_credentials(alice: User, api: Api, ticket: str) -> None:
    answer = api(alice).get(POLL, {"ticket": ticket})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["code"] == "ticket_not_valid"


def test_it_is_for_streams_and_polls_alone(alice: User, api: Api) -> None:
    ticket = ticket_of(api(alice))
    assert use(ticket, "/api/users/me") == 401
    assert use(ticket) == LET_IN


def test_the_table_does_not_hold_it_and_the_log_does_not_name_it(
    alice: User, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    ticket = ticket_of(api(alice))
    assert ticket not in StreamTicket.objects.values_list("key", flat=True)
    use(ticket)
    use(ticket)
    assert caplog.records
    assert ticket not in caplog.text


def test_forgotten_when_too_old(alice: User, api: Api) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ticket_of(api(alice))
        clock.shift(timedelta(seconds=20))
        ticket_of(api(alice))
        clock.shift(timedelta(seconds=20))
        actions.tidy_sessions()
        assert StreamTicket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_it_at_once_one_gets_in(alice: User, api: Api) -> None:
    ticket = ticket_of(api(alice))

    def redeem(_number: int) -> bool:
        try:
            return actions.redeem_ticket(ticket=ticket) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(redeem, range(16))).count(True) == 1
