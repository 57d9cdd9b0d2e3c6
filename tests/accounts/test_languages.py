"""In which language Brook speaks to whom."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.posting import send_mails
from tests.accounts.conftest import Browser, Events, bearer, error
from tests.conftest import Api
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db

ME = "/api/users/me"


def spoken(page: str) -> tuple[str, str]:
    """Language and direction that a page says it is in."""
    match = re.search(r'<html lang="([^"]+)" dir="([^"]+)">', page)
    assert match, page[:200]
    return match[1], match[2]


def asked(path: str, language: str, **cookies: str) -> str:
    client = Client(headers={"accept-language": language})
    client.cookies.load(cookies)
    return client.get(path).text


def text(message: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(message)


def test_pages_are_in_the_language_that_the_browser_asks_for() -> None:
    for asks, speaks in {
        "ar": ("ar", "rtl"),
        "ar-EG,ar;q=0.8,en;q=0.5": ("ar", "rtl"),
        "ja-JP,ja;q=0.9": ("ja", "ltr"),
        "de,en-GB;q=0.7": ("en", "ltr"),
        "xx": ("en", "ltr"),
        "": ("en", "ltr"),
    }.items():
        for path in ("/", "/login", "/signup", "/offline", "/nowhere"):
            page = asked(path, asks)
            assert spoken(page) == speaks, (path, asks)
    assert text("Welcome back", "ar") in asked("/login", "ar")
    assert text("Welcome back", "ja") in asked("/login", "ja")
    assert text("Welcome back", "ja") != text("Welcome back", "ar") != "Welcome back"


def test_the_server_has_a_language_of_its_own(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "ja"
    assert spoken(asked("/login", "xx")) == ("ja", "ltr")
    assert spoken(asked("/login", "en")) == ("en", "ltr")


def test_a_persons_choice_goes_before_the_cookie_and_that_before_the_browser(alice: User, browser: Browser) -> None:
    browser.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert browser.submit("/language", language="ja", next="/login").headers["Location"] == "/login"
    assert spoken(browser.get("/login").text) == ("ja", "ltr")

    browser.log_in(alice)
    assert spoken(browser.get("/settings").text) == ("ja", "ltr")  # she chose none yet
    assert browser.call("PATCH", ME, {"language": "ar"}).json()["language"] == "ar"
    for path in ("/", "/people", "/settings", "/notifications", "/people/alice"):
        assert spoken(browser.get(path).text) == ("ar", "rtl"), path
    assert text("Settings", "ar") in browser.get("/settings").text

    browser.call("PATCH", ME, {"language": ""})
    assert spoken(browser.get("/settings").text) == ("ja", "ltr")
    browser.submit("/language", language="", next="/settings")
    assert spoken(browser.get("/settings").text) == ("en", "ltr")


def test_the_choice_in_a_page_is_kept_for_the_person(alice: User, browser: Browser, events: Events) -> None:
    browser.log_in(alice)
    answer = browser.submit("/language", language="ar", next="/settings")
    assert (answer.status_code, answer["Location"]) == (302, "/settings")
    cookie = answer.cookies["django_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("ar", True, "Lax")
    alice.refresh_from_db()
    assert alice.language == "ar"
    assert events("me.updated", topic=f"user:{alice.pk}") == [{"language": "ar"}]


def test_a_choice_that_is_none_and_places_elsewhere_are_refused(browser: Browser) -> None:
    assert browser.submit("/language", language="xx").status_code == 400
    assert browser.submit("/language", language="ja", next="https://elsewhere.example/").headers["Location"] == "/"
    assert browser.client.post("/language", {"language": "ja"}).status_code == 403  # without the token of a form
    assert browser.get("/language").status_code == 405


def test_alice_sets_her_language(alice: User, api: Api, events: Events) -> None:
    client = api(alice)
    assert client.get(ME).json()["language"] == ""
    assert client.patch(ME, {"language": "ar", "preferences": {"typing": False}}).json()["language"] == "ar"
    client.patch(ME, {"language": "ar"})
    assert client.patch(ME, {"language": ""}).json()["language"] == ""
    assert events("me.updated", topic=f"user:{alice.pk}") == [
        {"preferences": {"receipts": True, "typing": False}, "language": "ar"},
        {"language": ""},
    ]
    assert events("user.updated") == []


@pytest.mark.parametrize("language", ["xx", "de", "AR", "x" * 11, 7, None, ["ar"]])
def test_a_language_that_brook_does_not_speak(alice: User, api: Api, language: object) -> None:
    answer = api(alice).patch(ME, {"language": language})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "language"


def test_errors_of_the_api_are_translated_and_their_codes_are_not(alice: User, api: Api) -> None:
    def refusal(client: APIClient, language: str | None) -> tuple[str, str]:
        headers = {"accept-language": language} if language else {}
        answer = client.patch(ME, {"time_zone": "Nowhere"}, headers=headers)
        assert error(answer) == (400, "invalid", "time_zone")
        return answer.headers["Content-Language"], answer.json()["errors"][0]["detail"]

    english = "Not a time zone: use a name such as Europe/Berlin."
    client = api(alice)
    assert refusal(client, None) == ("en", english)
    assert refusal(client, "ja") == ("ja", text(english, "ja"))
    assert refusal(client, "ar") == ("ar", text(english, "ar"))
    assert len({english, text(english, "ja"), text(english, "ar")}) == 3

    client.patch(ME, {"language": "ja"})
    assert refusal(client, "ar") == ("ja", text(english, "ja"))
    client.patch(ME, {"language": ""})
    assert refusal(client, None) == ("en", english)  # the thread keeps nothing of the request before


def test_what_nobody_in_particular_is_told_of_the_api(anybody: APIClient) -> None:
    for language in ("ar", "ja"):
        answer = anybody.post(
            "/api/auth/token", {"username": "a", "password": "b"}, headers={"accept-language": language}
        )
        assert error(answer) == (401, "authentication_failed", None)
        assert answer.json()["errors"][0]["detail"] == text("User name or password is wrong.", language)
        unknown = anybody.get("/api/nowhere", headers={"accept-language": language})
        assert unknown.json()["errors"][0]["detail"] == text("There is nothing at this address.", language)
        missing = anybody.post("/api/auth/token", {}, headers={"accept-language": language})  # a text of DRF's
        assert {each["code"] for each in missing.json()["errors"]} == {"required"}
        assert "This field is required." not in missing.text
    assert error(bearer("x").get(ME, headers={"accept-language": "ja"})) == (401, "token_not_valid", None)


@pytest.mark.django_db(transaction=True)
def test_mail_is_in_the_language_of_whoever_gets_it(
    alice: User, bob: User, anybody: APIClient, mailbox: Mailbox
) -> None:
    for person, language in ((alice, "ar"), (bob, "")):
        person.email, person.language = f"{person.username}@example.org", language
        person.save()
    for name in ("alice", "bob"):
        body = {"name": name}
        answer = anybody.post("/api/auth/password/forgotten", body, headers={"accept-language": "ja"})
        assert answer.status_code in {202, 204}
    send_mails()
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in mailbox.mails}
    english = "A new password for Brook"
    assert subjects == {"alice@example.org": text(english, "ar"), "bob@example.org": english}


def test_the_worker_of_a_browser_keeps_the_pages_of_its_language() -> None:
    worker = asked("/sw.js", "ar")
    assert "/offline/chat?language=ar" in worker
    assert re.search(r'"/i18n/ar\.[0-9a-f]{16}\.js"', worker)
    assert "/i18n/" not in asked("/sw.js", "en").partition("\n")[0]
    shell = Client().get("/offline/chat?language=ar").text  # the worker asks without a cookie
    assert spoken(shell) == ("ar", "rtl")
    assert re.search(r'<script defer src="/i18n/ar\.[0-9a-f]{16}\.js">', shell)
    assert spoken(Client().get("/offline?language=xx").text) == ("en", "ltr")
