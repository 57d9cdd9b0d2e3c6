"""/signup"""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Session, User
from tests.accounts.conftest import Browser
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_up(browser: Browser, **fields: str) -> Any:
    return browser.submit("/signup", **{"username": "alice", "display_name": "", "password": PASSWORD, **fields})


def test_alice_signs_up_and_is_in(browser: Browser) -> None:
    page = browser.get("/signup")
    assert [field.name for field in page.context["form"]] == ["username", "display_name", "password"]
    assert page.context["signup_open"] is True
    response = sign_up(browser, display_name=" Alice  Moreau ")
    assert (response.status_code, response["Location"]) == (302, "/")
    alice = User.objects.get()
    assert (alice.username, alice.display_name) == ("alice", "Alice Moreau")
    assert Session.objects.get().user == alice
    assert browser.is_logged_in


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"username": "BOB"}, "username"),
        ({"username": "al ice"}, "username"),
        ({"username": "all"}, "username"),
        ({"username": "x" * 65}, "username"),
        ({"username": "\ufdfa" * 30}, "username"),
        ({"username": "a\0b"}, "username"),
        ({"username": ""}, "username"),
        ({"display_name": "Ali\u202ece"}, "display_name"),
        ({"display_name": "\u200b"}, "display_name"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "alice1234"}, "password"),
        ({"password": "x" * 2000}, "password"),
    ],
)
def test_what_is_refused(browser: Browser, bob: User, fields: dict[str, str], wrong: str) -> None:
    response = sign_up(browser, **fields)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {wrong}
    assert PASSWORD not in response.content.decode()
    assert list(User.objects.all()) == [bob]


@pytest.mark.parametrize("signup", ["closed", "invite"])
def test_where_it_is_not_open(browser: Browser, settings: Settings, signup: str) -> None:
    settings.SIGNUP = signup
    page = browser.get("/signup")
    assert (page.status_code, page.context["form"], page.context["signup_open"]) == (200, None, False)
    assert sign_up(browser).status_code == 403
    assert not User.objects.exists()


def test_who_is_logged_in_goes_home(browser: Browser, alice: User) -> None:
    browser.log_in(alice)
    assert browser.get("/signup")["Location"] == "/"
