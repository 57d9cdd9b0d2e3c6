"""/api/auth/two-factor, and what log-in asks for then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actions import reset_two_factor, set_password
from accounts.models import RecoveryCode, Session, TwoFactor, User
from tests.accounts.conftest import Browser, bearer, error
from tests.conftest import PASSWORD, Api, Limits

pytestmark = pytest.mark.django_db

ADDRESS = "/api/auth/two-factor"
TOKEN = "/api/auth/token"


class App:
    """An authenticator app, and the recovery codes that were written down."""

    def __init__(self, client: APIClient) -> None:
        answer = client.post(ADDRESS, {"password": PASSWORD})
        assert answer.status_code == 201, answer.content
        self.uri = answer.json()["uri"]
        self.totp = pyotp.TOTP(answer.json()["secret"])
        confirmed = client.post(f"{ADDRESS}/confirm", {"code": self.code()})
        assert confirmed.status_code == 200, confirmed.content
        self.recovery_codes = confirmed.json()["recovery_codes"]

    def code(self, *, seconds: int = 0) -> str:
        return self.totp.at(timezone.now() + timedelta(seconds=seconds))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(alice: User, api: Api, clock: time_machine.Traveller) -> App:
    """Alice has turned it on a minute ago."""
    made = App(api(alice))
    clock.shift(60)
    return made


Ask = Callable[..., Any]


@pytest.fixture
def log_in(anybody: APIClient) -> Ask:
    def asked(otp: str | None = None, password: str = PASSWORD, username: str = "alice") -> Any:
        body = {"username": username, "password": password}
        return anybody.post(TOKEN, body if otp is None else {**body, "otp": otp})

    return asked


def test_nothing_is_asked_for_before_the_app_has_shown_a_code(alice: User, api: Api, log_in: Ask) -> None:
    client = api(alice)
    assert client.get(ADDRESS).json() == {"enabled": False, "is_required": False, "recovery_codes_left": 0}
    begun = client.post(ADDRESS, {"password": PASSWORD}).json()
    assert begun["uri"].startswith("otpauth://totp/Brook%20%28testserver%29:alice?secret=" + begun["secret"])
    assert log_in().status_code == 200
    wrong = client.post(f"{ADDRESS}/confirm", {"code": "000000"})
    assert error(wrong) == (400, "two_factor_refused", "code")
    other = client.post(ADDRESS, {"password": PASSWORD}).json()  # as often as one likes
    assert other["secret"] != begun["secret"]
    assert client.post(f"{ADDRESS}/confirm", {"code": pyotp.TOTP(begun["secret"]).now()}).status_code == 400
    assert client.post(f"{ADDRESS}/confirm", {"code": pyotp.TOTP(other["secret"]).now()}).status_code == 200
    assert client.get(ADDRESS).json() == {"enabled": True, "is_required": False, "recovery_codes_left": 10}
    assert error(client.post(ADDRESS, {"password": PASSWORD})) == (409, "two_factor_on", None)


def test_it_is_begun_with_the_password(alice: User, api: Api) -> None:
    assert error(api(alice).post(ADDRESS, {"password": "wrong"})) == (400, "password_incorrect", "password")
    assert error(api(alice).post(f"{ADDRESS}/confirm", {"code": "123456"})) == (400, "two_factor_refused", "code")


def test_the_password_alone_is_not_enough(app: App, log_in: Ask) -> None:
    assert error(log_in()) == (401, "two_factor_required", None)
    assert error(log_in("")) == (400, "blank", "otp")
    assert error(log_in("000000")) == (401, "two_factor_refused", None)
    assert error(log_in(app.code(), password="wrong")) == (401, "authentication_failed", None)
    tokens = log_in(app.code()).json()
    sessions = bearer(tokens["access"]).get("/api/auth/sessions").json()["results"]
    assert {each["current"]: each["two_factor"] for each in sessions} == {True: True, False: True}


def test_a_code_is_good_once(app: App, log_in: Ask, clock: time_machine.Traveller) -> None:
    code = app.code()
    assert log_in(code).status_code == 200
    assert error(log_in(code)) == (401, "two_factor_refused", None)
    assert error(log_in(app.code(seconds=-30))) == (401, "two_factor_refused", None)  # older than the one used
    assert log_in(app.code(seconds=30)).status_code == 200  # a clock that is fast
    assert log_in(app.code(seconds=90)).status_code == 401
    clock.shift(120)
    assert log_in(f" {app.code()[:3]} {app.code()[3:]}").status_code == 200


def test_a_recovery_code_is_good_once(alice: User, app: App, api: Api, log_in: Ask) -> None:
    assert len(set(app.recovery_codes)) == 10
    first, second = app.recovery_codes[:2]
    assert log_in(first).status_code == 200
    assert log_in(first).status_code == 401
    assert log_in(second.upper().replace("-", " ")).status_code == 200
    assert RecoveryCode.objects.filter(user=alice).count() == 8
    kept = [*RecoveryCode.objects.values_list("key", flat=True), *TwoFactor.objects.values_list("sealed_secret")]
    assert not [code for code in app.recovery_codes if code in str(kept)]
    assert app.totp.secret not in str(kept)


def test_guessing_codes_is_limited_by_account(app: App, log_in: Ask, limits: Limits) -> None:
    limits(two_factor="1/h burst 3")
    assert [log_in("000000").status_code for _ in range(4)] == [401, 401, 401, 429]
    refused = log_in(app.code())
    assert (refused.status_code, int(refused["Retry-After"]) > 1000) == (429, True)


def test_new_recovery_codes(alice: User, app: App, api: Api) -> None:
    client, address = api_of(alice), f"{ADDRESS}/recovery-codes"
    assert error(client.post(address, {"password": "wrong", "code": app.code()})) == (
        400,
        "password_incorrect",
        "password",
    )
    assert error(client.post(address, {"password": PASSWORD, "code": "000000"})) == (400, "two_factor_refused", "code")
    codes = client.post(address, {"password": PASSWORD, "code": app.code()}).json()["recovery_codes"]
    assert len(codes) == 10
    assert not set(codes) & set(app.recovery_codes)
    assert error(client.post(address, {"password": PASSWORD, "code": app.recovery_codes[0]})) == (
        400,
        "two_factor_refused",
        "code",
    )


def api_of(user: User) -> APIClient:
    """A client whose log-in has shown a code."""
    from accounts import actions, tokens
    from accounts.devices import Device

    session = actions.open_session(
        user=user, kind=Session.Kind.API, device=Device(), lifetime=tokens.refresh_lifetime(), two_factor=True
    )
    return bearer(tokens.access_for(session))


def test_turning_it_off(alice: User, app: App, log_in: Ask) -> None:
    client = api_of(alice)
    assert error(client.delete(ADDRESS, {"password": PASSWORD})) == (400, "required", "code")
    assert error(client.delete(ADDRESS, {"password": PASSWORD, "code": "1"})) == (400, "two_factor_refused", "code")
    assert client.delete(ADDRESS, {"password": PASSWORD, "code": app.code()}).status_code == 204
    assert not RecoveryCode.objects.exists()
    assert log_in().status_code == 200
    again = client.delete(ADDRESS, {"password": PASSWORD, "code": app.code()})
    assert error(again) == (409, "two_factor_off", None)


def test_staff_reset_it(alice: User, app: App, log_in: Ask) -> None:
    assert reset_two_factor(user=alice)
    assert not Session.objects.filter(user=alice, ended_at=None).exists()
    assert log_in().status_code == 200
    assert not reset_two_factor(user=alice)


def test_with_another_key_of_the_server_recovery_codes_still_open(app: App, log_in: Ask, settings: Settings) -> None:
    settings.SECRET_KEY = "another key"
    assert log_in(app.code()).status_code == 401
    assert log_in(app.recovery_codes[0]).status_code == 200


# --- in the browser ---------------------------------------------------------------------------------------------------
def test_the_second_page(app: App, browser: Browser, alice: User) -> None:
    first = browser.log_in(alice, next="/people")
    assert (first.status_code, first["Location"]) == (302, "/login/code")
    assert browser.get("/people").status_code == 302
    wrong = browser.submit("/login/code", code="000000")
    assert "This code is wrong, or was used before." in wrong.content.decode()
    right = browser.submit("/login/code", code=app.code())
    assert (right.status_code, right["Location"]) == (302, "/people")
    assert browser.is_logged_in
    assert Session.objects.get(kind="browser").two_factor


def test_nobody_gets_to_the_second_page_first(app: App, browser: Browser, alice: User) -> None:
    assert browser.submit("/login/code", code=app.code())["Location"] == "/login"
    assert browser.submit("/login", username="alice", password="wrong").status_code == 200
    assert browser.get("/login/code")["Location"] == "/login"


def test_the_first_page_is_forgotten(app: App, browser: Browser, alice: User, clock: time_machine.Traveller) -> None:
    browser.log_in(alice)
    assert browser.get("/login/code").status_code == 200
    clock.shift(601)
    assert browser.submit("/login/code", code=app.code())["Location"] == "/login"
    browser.log_in(alice)
    set_password(user=alice, password="another fine password")
    assert browser.submit("/login/code", code=app.code())["Location"] == "/login"


def test_too_many_codes_on_the_page(app: App, browser: Browser, alice: User, limits: Limits) -> None:
    limits(two_factor="1/h burst 1")
    browser.log_in(alice)
    browser.submit("/login/code", code="000000")
    page = browser.submit("/login/code", code=app.code())
    assert (page.status_code, int(page["Retry-After"]) > 1000) == (429, True)


# --- the administration -----------------------------------------------------------------------------------------------
def test_the_administration_has_no_way_around_it(admin: User, alice: User, api: Api) -> None:
    App(api(admin))
    for path in ("/admin/login/", "/admin/login/?next=/admin/accounts/"):
        answer = Client().post(path, {"username": "admin", "password": PASSWORD})
        assert answer["Location"].startswith("/login?next=/admin/")
    browser = Browser()
    browser.log_in(alice)
    assert browser.get("/admin/login/").status_code == 403
    assert not Session.objects.filter(user=admin, kind="browser").exists()


def test_staff_may_have_to_use_it(admin: User, browser: Browser, settings: Settings, api: Api) -> None:
    browser.log_in(admin)
    assert browser.get("/admin/").status_code == 200
    settings.REQUIRE_TWO_FACTOR_STAFF = True
    assert browser.get("/admin/")["Location"] == "/settings#two-factor"
    begun = browser.call("POST", ADDRESS, {"password": PASSWORD}).json()
    code = pyotp.TOTP(begun["secret"]).now()
    assert browser.call("POST", f"{ADDRESS}/confirm", {"code": code}).status_code == 200
    assert browser.call("GET", ADDRESS).json()["is_required"]
    assert browser.get("/admin/").status_code == 200
