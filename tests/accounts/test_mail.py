"""An e-mail address of one's own, and the password by mail; sent to a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Mail, Session, User
from accounts.posting import send_mails
from tests.accounts.conftest import Browser, Login, error
from tests.conftest import PASSWORD, Api, Limits
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db

EMAIL = "/api/users/me/email"
FORGOTTEN = "/api/auth/password/forgotten"
NEW = "another fine password"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def with_address(alice: User) -> User:
    alice.email = "alice@example.org"
    alice.save()
    return alice


def ask(client: APIClient, email: str, password: str = PASSWORD) -> Any:
    return client.put(EMAIL, {"email": email, "password": password})


# --- an address -------------------------------------------------------------------------------------------------------
def test_an_address_counts_once_the_link_was_opened(alice: User, api: Api, mailbox: Mailbox) -> None:
    assert ask(api(alice), "alice@example.org").json() == {"email": "", "unverified_email": "alice@example.org"}
    send_mails()
    (mail,) = mailbox.mails
    assert (mail["To"], mail["From"]) == ("alice@example.org", "Brook <brook@localhost>")
    assert mail["Auto-Submitted"] == "auto-generated"
    link = mailbox.link_of()
    assert link in mailbox.html_of()
    page = Client()
    assert page.get(link).status_code == 200  # as a program does that looks into mails
    assert api(alice).get("/api/users/me").json()["email"] == ""
    assert "alice@example.org" in page.post(link).content.decode()
    me = api(alice).get("/api/users/me").json()
    assert (me["email"], me["unverified_email"]) == ("alice@example.org", "")
    assert page.post(link).status_code == 404  # once


@pytest.mark.parametrize(
    ("email", "password", "expected"),
    [
        ("nonsense", PASSWORD, (400, "invalid", "email")),
        ("a@example.org\nBcc: b@example.org", PASSWORD, (400, "invalid", "email")),
        ("alice@example.org", "wrong", (400, "password_incorrect", "password")),
    ],
)
def test_what_is_refused(
    alice: User, api: Api, mailbox: Mailbox, email: str, password: str, expected: tuple[int, str, str]
) -> None:
    assert error(ask(api(alice), email, password)) == expected
    assert not Mail.objects.exists()


def test_only_the_last_address_that_was_asked_for_counts(
    alice: User, api: Api, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    ask(api(alice), "old@example.org")
    send_mails()
    ask(api(alice), "new@example.org")
    send_mails()
    assert Client().post(mailbox.link_of(0)).status_code == 404
    tampered = mailbox.link_of(1)[:-2]
    assert Client().post(tampered).status_code == 404
    clock.shift(timedelta(days=3, seconds=1))
    assert Client().post(mailbox.link_of(1)).status_code == 404


def test_an_address_can_be_taken_away(with_address: User, api: Api, settings: Settings) -> None:
    assert ask(api(with_address), "").json() == {"email": "", "unverified_email": ""}
    assert not Mail.objects.exists()


def test_nobody_fills_a_mailbox(alice: User, api: Api, mailbox: Mailbox, limits: Limits) -> None:
    limits(mails="1/h burst 2")
    client = api(alice)
    assert [ask(client, f"a{number}@example.org").status_code for number in range(3)] == [200, 200, 429]


def test_without_a_mail_server(alice: User, api: Api, anybody: APIClient) -> None:
    assert error(ask(api(alice), "alice@example.org")) == (409, "mail_off", None)
    assert error(anybody.post(FORGOTTEN, {"name": "alice"})) == (409, "mail_off", None)
    page = Client().get("/password/forgotten").content.decode()
    assert "sends no mail" in page
    assert "<form" not in page


# --- a forgotten password ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice@Example.org", " alice@example.org "])
def test_a_new_password_by_mail(
    with_address: User, mailbox: Mailbox, login: Login, browser: Browser, name: str
) -> None:
    answer = browser.submit("/password/forgotten", name=name)
    assert "a link is on its way" in answer.content.decode()
    send_mails()
    link = mailbox.link_of()
    assert browser.get(link).status_code == 200
    assert "too common" in browser.submit(link, password="password1").content.decode()
    done = browser.submit(link, password=NEW)
    assert "Your password is changed" in done.content.decode()
    assert browser.submit(link, password="a third fine one").status_code == 404
    browser.log_in(with_address, NEW)
    assert browser.is_logged_in


def test_a_program_does_the_same(with_address: User, mailbox: Mailbox, anybody: APIClient, login: Login) -> None:
    assert anybody.post(FORGOTTEN, {"name": "alice"}).status_code == 204
    send_mails()
    user_id, token = mailbox.link_of().split("/")[-2:]
    link = {"user_id": user_id, "token": token}
    weak = anybody.post("/api/auth/password/reset", {**link, "new_password": "alice"})
    assert weak.status_code == 400
    assert anybody.post("/api/auth/password/reset", {**link, "new_password": NEW}).status_code == 204
    assert not Session.objects.filter(ended_at=None).exists()
    again = anybody.post("/api/auth/password/reset", {**link, "new_password": NEW})
    assert error(again) == (400, "token_not_valid", "token")
    for nonsense in ({"user_id": "x"}, {"token": "x"}, {"user_id": "\u2603"}):
        refused = anybody.post("/api/auth/password/reset", {**link, **nonsense, "new_password": NEW})
        assert error(refused) == (400, "token_not_valid", "token")
    login(with_address, NEW)


def test_nobody_learns_who_exists(with_address: User, bob: User, mailbox: Mailbox, anybody: APIClient) -> None:
    answers = set()
    for name in ("alice", "nobody", "bob", "alice@example.org", "nobody@example.org"):
        answer = anybody.post(FORGOTTEN, {"name": name})
        answers.add((answer.status_code, answer.content))
        queued = Mail.objects.latest("pk")  # the same is done for all: who is meant is looked up by the worker
        assert (queued.kind, queued.user) == ("forgotten", None)
    assert answers == {(204, b"")}
    send_mails()
    assert [mail["To"] for mail in mailbox.mails] == ["alice@example.org"] * 2
    assert not Mail.objects.exists()


def test_a_link_ends_after_an_hour_and_with_a_log_in(
    with_address: User, mailbox: Mailbox, login: Login, clock: time_machine.Traveller, anybody: APIClient
) -> None:
    for _ in range(2):
        anybody.post(FORGOTTEN, {"name": "alice"})
        send_mails()
    clock.shift(60)
    assert Client().get(mailbox.link_of()).status_code == 200
    login(with_address)
    assert Client().get(mailbox.link_of()).status_code == 404
    anybody.post(FORGOTTEN, {"name": "alice"})
    send_mails()
    clock.shift(3601)
    assert Client().get(mailbox.link_of()).status_code == 404


def test_others_cannot_fill_her_mailbox(
    with_address: User, mailbox: Mailbox, anybody: APIClient, limits: Limits
) -> None:
    limits(mails="1/h burst 2", forgotten="1/h burst 4")
    statuses = [anybody.post(FORGOTTEN, {"name": "alice"}).status_code for _ in range(5)]
    assert statuses == [204, 204, 204, 204, 429]
    send_mails()
    assert len(mailbox.mails) == 2


# --- sending ----------------------------------------------------------------------------------------------------------
def test_three_tries(alice: User, api: Api, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    mailbox.refusals = ["451 later", "451 later"]
    ask(api(alice), "alice@example.org")
    send_mails()
    send_mails()
    assert len(mailbox.refusals) == 1  # not at once
    clock.shift(2)
    send_mails()
    clock.shift(3)
    send_mails()
    assert (mailbox.refusals, mailbox.mails) == ([], [])
    clock.shift(1)
    send_mails()
    assert len(mailbox.mails) == 1
    assert not Mail.objects.exists()


@pytest.mark.parametrize("refusals", [["550 no"], ["451 later"] * 3])
def test_what_cannot_be_sent_is_given_up(
    alice: User, api: Api, mailbox: Mailbox, clock: time_machine.Traveller, refusals: list[str]
) -> None:
    mailbox.refusals = list(refusals)
    ask(api(alice), "alice@example.org")
    for _ in range(4):
        send_mails()
        clock.shift(10)
    assert (mailbox.refusals, mailbox.mails, Mail.objects.count()) == ([], [], 0)


def test_a_server_that_is_away(alice: User, api: Api, mailbox: Mailbox, settings: Settings, clock: Any) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    ask(api(alice), "alice@example.org")
    send_mails()
    settings.EMAIL_PORT = port
    clock.shift(2)
    send_mails()
    assert len(mailbox.mails) == 1


def test_killed_while_sending_it_is_not_sent_twice(
    alice: User, api: Api, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    ask(api(alice), "alice@example.org")

    def killed(**_about: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("accounts.posting.settle_mail", killed)
        with pytest.raises(KeyboardInterrupt):
            send_mails()
    clock.shift(timedelta(hours=1))
    send_mails()
    assert len(mailbox.mails) == 1
