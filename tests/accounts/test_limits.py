"""How often something may be done."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from rest_framework.test import APIClient

from accounts import limits as counters
from accounts.models import Session, User
from chat import actions
from tests.accounts.conftest import Browser, bearer, error
from tests.conftest import PASSWORD, Api, Limits
from tests.services import wait_until

pytestmark = pytest.mark.django_db


def log_in(username: str = "alice", password: str = PASSWORD, **headers: Any) -> Any:
    return APIClient().post("/api/auth/token", {"username": username, "password": password}, **headers)


def wait_of(response: Any) -> int:
    """Seconds of a 429."""
    assert error(response)[:2] == (429, "throttled"), response.content
    assert response["Retry-After"].isdigit()
    return int(response["Retry-After"])


# --- sending ----------------------------------------------------------------------------------------------------------
def test_a_burst_of_messages_then_a_rest(alice: User, bob: User, api: Api, limits: Limits) -> None:
    limits(sends="2/s burst 5")
    conversation, _created = actions.open_direct(user=alice, partner=bob)
    client, of_bob = api(alice), api(bob)

    def send(name: str, by: APIClient = client) -> Any:
        body = {"conversation_id": str(conversation.pk), "client_id": name, "content": "hi"}
        return by.post("/api/messages", body)

    answers = [send(f"m{number}") for number in range(20)]
    assert answers[0].status_code == 201
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {wait_of(answer) for answer in refused} == {1}
    assert client.get("/api/conversations").status_code == 200  # other limits
    assert api(bob).post("/api/messages", {}).status_code == 400  # and other people
    assert send("from bob", of_bob).status_code == 201
    assert wait_until(lambda: send("later").status_code == 201, 30)
    assert conversation.messages.filter(client_id="later").count() == 1


def test_reads_writes_and_streams_have_limits_of_their_own(alice: User, api: Api, limits: Limits) -> None:
    limits(reads="1/h", writes="1/h", streams="1/h")
    client = api(alice)
    client.raise_request_exception = False
    assert [client.get("/api/users/me").status_code for _ in range(2)] == [200, 429]
    assert [client.patch("/api/users/me", {"status_text": "x"}).status_code for _ in range(2)] == [200, 429]
    assert [client.get("/api/realtime/stream").status_code for _ in range(2)] == [503, 429]
    assert 3590 < wait_of(client.get("/api/users/me")) <= 3600


def test_zero_is_no_limit(alice: User, api: Api, limits: Limits) -> None:
    limits(reads="0")
    client = api(alice)
    assert {client.get("/api/users/me").status_code for _ in range(30)} == {200}


def test_who_is_nobody_is_not_counted_as_somebody(alice: User, api: Api, limits: Limits) -> None:
    limits(reads="1/h")
    assert {APIClient().get("/api/users/me").status_code for _ in range(5)} == {401}
    assert api(alice).get("/api/users/me").status_code == 200


def test_many_at_once_take_no_more_than_there_is(limits: Limits) -> None:
    limits(sends="1/h burst 50")
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _number: counters.take("sends", "alice"), range(200)))
    assert waits.count(0) == 50


# --- signing up -------------------------------------------------------------------------------------------------------
def test_sign_ups_from_an_address_by_program_and_page_together(db: None, limits: Limits) -> None:
    limits(registrations="2/m")
    anybody, browser = APIClient(), Browser()
    assert anybody.post("/api/auth/register", {"username": "zoe", "password": PASSWORD}).status_code == 201
    assert browser.submit("/signup", username="yan", password=PASSWORD).status_code == 302
    assert wait_of(anybody.post("/api/auth/register", {"username": "xin", "password": PASSWORD})) <= 30
    other = Browser()
    page = other.submit("/signup", username="xin", password=PASSWORD)
    assert (page.status_code, page["Cache-Control"]) == (429, "private, no-store")
    assert int(page["Retry-After"]) <= 30
    assert "seconds" in page.content.decode()
    elsewhere = anybody.post(
        "/api/auth/register", {"username": "xin", "password": PASSWORD}, REMOTE_ADDR="198.51.100.7"
    )
    assert elsewhere.status_code == 201


# --- logging in -------------------------------------------------------------------------------------------------------
def test_wrong_passwords_are_slowed_down(alice: User, limits: Limits) -> None:
    limits(logins="1/m burst 3")
    assert [log_in(password="wrong").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert 50 <= wait_of(log_in()) <= 60  # the right one is not even looked at


def test_the_account_is_not_locked_for_anybody_else(alice: User, bob: User, limits: Limits) -> None:
    limits(logins="1/h burst 2", login_address="1/h burst 50")
    assert [log_in(password="wrong").status_code for _ in range(3)] == [401, 401, 429]
    assert log_in(REMOTE_ADDR="198.51.100.7").status_code == 200
    assert log_in("bob").status_code == 200
    assert log_in("ALICE").status_code == 429  # as log-in finds her


def test_many_accounts_from_one_address(alice: User, limits: Limits) -> None:
    limits(logins="1/h burst 2", login_address="1/h burst 4")
    assert [log_in(f"nobody{number}", "guess").status_code for number in range(6)] == [401] * 4 + [429] * 2
    assert log_in().status_code == 429
    assert log_in(REMOTE_ADDR="198.51.100.7").status_code == 200


def test_right_passwords_do_not_count(alice: User, limits: Limits) -> None:
    limits(logins="1/h burst 2", login_address="1/h burst 2")
    assert {log_in().status_code for _ in range(8)} == {200}


def test_refreshing_is_never_counted(alice: User, limits: Limits) -> None:
    limits(logins="1/h burst 2", login_address="1/h burst 2", writes="1/h", reads="1/h")
    refresh = log_in().json()["refresh"]
    for _ in range(10):
        answer = APIClient().post("/api/auth/token/refresh", {"refresh": refresh})
        assert answer.status_code == 200
        refresh = answer.json()["refresh"]


def test_program_and_page_count_together(alice: User, admin: User, limits: Limits) -> None:
    limits(logins="1/h burst 3")
    browser = Browser()
    assert log_in("admin", "wrong").status_code == 401
    assert browser.submit("/login", username="admin", password="wrong").status_code == 200
    form = {"username": "admin", "password": "wrong"}
    administration = Client().post("/admin/login/", form)
    assert administration["Location"] == "/login?next=/admin/"  # which counts
    assert browser.submit("/login", **form).status_code == 200
    assert log_in("admin").status_code == 429
    page = browser.log_in(admin)
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 1000
    assert not Session.objects.exists()


def test_guessing_the_old_password_with_a_stolen_token(alice: User, limits: Limits) -> None:
    limits(logins="1/h burst 3")
    client = bearer(log_in().json()["access"])
    bodies = [{"old_password": f"guess {number}", "new_password": "another fine password"} for number in range(4)]
    assert [client.post("/api/auth/password", body).status_code for body in bodies] == [400, 400, 429, 429]


@pytest.mark.parametrize(("proxies", "answers"), [(0, [401, 401, 429]), (1, [401, 401, 401])])
def test_x_forwarded_for_is_believed_as_far_as_the_proxies_go(
    alice: User, limits: Limits, settings: Any, proxies: int, answers: list[int]
) -> None:
    settings.TRUSTED_PROXIES = proxies
    limits(logins="1/h burst 2", login_address="1/h burst 2")
    given = [f"203.0.113.{number}" for number in range(3)]
    assert [log_in(password="wrong", HTTP_X_FORWARDED_FOR=address).status_code for address in given] == answers


def test_what_stands_before_the_proxys_own_entry_is_a_claim(alice: User, limits: Limits, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    limits(logins="1/h burst 2")
    given = [f"203.0.113.{number}, 198.51.100.7" for number in range(3)]
    answers = [log_in(password="wrong", HTTP_X_FORWARDED_FOR=address).status_code for address in given]
    assert answers == [401, 401, 429]


def test_an_ipv6_customer_is_one(alice: User, limits: Limits) -> None:
    limits(logins="1/h burst 2")
    answers = [log_in(password="wrong", REMOTE_ADDR=f"2001:db8:0:7::{number}").status_code for number in (1, 2, 3)]
    assert answers == [401, 401, 429]
    assert log_in(REMOTE_ADDR="2001:db8:0:8::1").status_code == 200


# --- Redis ------------------------------------------------------------------------------------------------------------
@pytest.mark.postgres
def test_processes_count_together(limits: Limits) -> None:
    limits(sends="1/h burst 4")
    assert [counters.take("sends", "alice") for _ in range(3)] == [0, 0, 0]
    counters._bucket_of.cache_clear()  # what another process starts with
    assert counters.take("sends", "alice") == 0
    assert 3590 < counters.take("sends", "alice") <= 3600
    counters.give_back("sends", "alice")
    assert counters.take("sends", "alice") == 0


@pytest.fixture
def deaf_redis(settings: Any) -> Iterator[None]:
    """A Redis that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
        yield from _fresh()


@pytest.fixture
def no_redis(settings: Any) -> Iterator[None]:
    """A Redis that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
    yield from _fresh()


def _fresh() -> Iterator[None]:
    for step in range(2):
        counters._bucket_of.cache_clear()
        counters._redis.cache_clear()
        counters._rest.end()
        if step == 0:
            yield


@pytest.mark.parametrize("away", ["no_redis", "deaf_redis"])
def test_nobody_waits_for_redis(request: pytest.FixtureRequest, away: str, limits: Limits) -> None:
    request.getfixturevalue(away)
    limits(sends="1/h burst 50")
    began = time.monotonic()
    waits = [counters.take("sends", "alice") for _ in range(60)]
    assert time.monotonic() - began < 0.5
    assert waits[:50] == [0] * 50  # this process counts alone
    assert all(waits[50:])


def test_one_request_finds_out_whether_redis_is_back(deaf_redis: None, limits: Limits, monkeypatch: Any) -> None:
    limits(sends="1/h burst 50")
    counters.take("sends", "alice")
    assert not counters._rest.is_over()
    monkeypatch.setattr(counters._rest, "_ask_at", time.monotonic())
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(counters._rest.is_over())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True]
    counters._rest.end()
    assert counters._rest.is_over()


# --- what it costs ----------------------------------------------------------------------------------------------------
@pytest.mark.sqlite
def test_it_costs_less_than_a_tenth_of_a_millisecond(limits: Limits) -> None:
    limits(sends=django_settings.LIMITS["sends"], reads="1000000/s burst 1000000")
    began = time.process_time()
    for number in range(2000):
        counters.take("reads", f"person {number % 500}")
    assert (time.process_time() - began) / 2000 < 0.0001
