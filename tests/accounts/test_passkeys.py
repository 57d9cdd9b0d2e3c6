"""/api/users/me/passkeys, /api/auth/passkey, and passkeys at the log-in page"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import orjson
import pyotp
import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actions import (
    deactivate,
    delete_account,
    make_takeouts,
    suspend,
    tidy_sessions,
)
from accounts.models import MAX_PASSKEYS, Passkey, Session, SpentChallenge, User
from accounts.posting import send_mails
from moderation.actions import reset_two_factor
from moderation.models import AuditEntry
from tests.accounts.authenticator import BACKED_UP, CAN_BE_BACKED_UP, ORIGIN, PRESENT, VERIFIED, Authenticator, decode
from tests.accounts.conftest import Browser, bearer, error
from tests.conftest import PASSWORD, Api, Limits
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db

MINE = "/api/users/me/passkeys"
LOGIN = "/api/auth/passkey"
TOKEN = "/api/auth/token"


@pytest.fixture(autouse=True)
def address(settings: Settings) -> None:
    settings.BASE_URL = ORIGIN


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


def begin(client: APIClient, **more: str) -> Any:
    answer = client.post(f"{MINE}/options", {"password": PASSWORD, **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def add(client: APIClient, key: Authenticator, **more: str) -> Any:
    begun = begin(client)
    return client.post(MINE, {"token": begun["token"], "credential": key.create(begun["options"]), **more})


def prove(client: APIClient, key: Authenticator) -> dict[str, Any]:
    """The answer of the key to a new challenge."""
    begun = client.post(f"{LOGIN}/options", {}).json()
    return {"token": begun["token"], "credential": key.get(begun["options"])}


def log_in(key: Authenticator) -> Any:
    client = APIClient()
    return client.post(LOGIN, prove(client, key))


# --- adding -----------------------------------------------------------------------------------------------------------
def test_a_passkey_is_added_and_logs_in_without_a_password(alice: User, api: Api, key: Authenticator) -> None:
    client = api(alice)
    assert client.get(MINE).json() == {"results": [], "next": None, "unavailable": None}
    options = begin(client)["options"]
    assert options["rp"] == {"name": "Brook", "id": "chat.example.org"}
    assert (options["user"]["name"], options["user"]["displayName"]) == ("alice", "Alice Moreau")
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    made = add(client, key)
    assert made.status_code == 201, made.content
    passkey = made.json()
    assert (passkey["name"], passkey["backed_up"], passkey["transports"]) == ("Bitwarden", True, ["hybrid", "internal"])
    assert (passkey["last_used_at"], passkey["cloned_at"]) == (None, None)
    assert "public_key" not in passkey
    assert client.get(MINE).json()["results"] == [passkey]
    excluded = begin(client)["options"]["excludeCredentials"]
    assert [each["id"] for each in excluded] == list(key.keys)

    pair = log_in(key).json()
    me = bearer(pair["access"])
    assert me.get("/api/users/me").json()["username"] == "alice"
    current = next(each for each in me.get("/api/auth/sessions").json()["results"] if each["current"])
    assert current["two_factor"]
    assert me.get(MINE).json()["results"][0]["last_used_at"]


def test_it_is_named_by_its_person_or_by_what_keeps_it(alice: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    client = api(alice)
    assert add(client, Authenticator(), name="  My   phone ").json()["name"] == "My phone"
    assert error(add(client, Authenticator(), name="x" * 65)) == (400, "max_length", "name")
    monkeypatch.setattr("tests.accounts.authenticator.AAGUID", bytes(16))
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux) Firefox/140"
    assert add(client, Authenticator()).json()["name"] == "Firefox on Linux"


def test_the_password_is_asked_for_and_the_code(
    alice: User, api: Api, key: Authenticator, clock: time_machine.Traveller
) -> None:
    client, begun = api(alice), f"{MINE}/options"
    assert error(client.post(begun, {"password": "wrong"})) == (400, "password_incorrect", "password")
    assert error(client.post(begun, {})) == (400, "required", "password")
    secret = client.post("/api/auth/two-factor", {"password": PASSWORD}).json()["secret"]
    client.post("/api/auth/two-factor/confirm", {"code": pyotp.TOTP(secret).at(timezone.now())})
    clock.shift(60)
    assert error(client.post(begun, {"password": PASSWORD})) == (400, "required", "code")
    assert error(client.post(begun, {"password": PASSWORD, "code": "000000"})) == (400, "two_factor_refused", "code")
    assert begin(client, code=pyotp.TOTP(secret).at(timezone.now()))


WRONG_MAKERS = {
    "of another origin": {"origin": "https://chat.example.org.evil.example"},
    "of another domain": {"domain": "evil.example"},
    "not unlocked": {"flags": PRESENT},
    "without anybody there": {"flags": VERIFIED},
    "backed up, but cannot be": {"flags": PRESENT | VERIFIED | BACKED_UP},
}


@pytest.mark.parametrize("wrong", WRONG_MAKERS.values(), ids=WRONG_MAKERS)
def test_what_is_no_passkey_of_ours_is_refused(alice: User, api: Api, wrong: dict[str, Any]) -> None:
    assert error(add(api(alice), Authenticator(**wrong))) == (400, "passkey_refused", "credential")
    assert not Passkey.objects.exists()


NONSENSE: list[Any] = [
    {},
    {"id": "x", "rawId": "x", "type": "public-key", "response": {}},
    {"id": 1, "rawId": None, "type": [], "response": "x"},
    {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "eA", "attestationObject": "eA"}},
    {
        "id": "eA",
        "rawId": "eA",
        "type": "public-key",
        "response": {"clientDataJSON": "eA", "authenticatorData": "eA", "signature": "eA", "userHandle": 1},
    },
    {
        "id": "eA",
        "rawId": "ü",
        "type": "public-key",
        "response": {"clientDataJSON": "ü", "authenticatorData": "ü", "signature": "ü", "userHandle": "ü"},
    },
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_refused(alice: User, api: Api, anybody: APIClient, nonsense: dict[str, Any]) -> None:
    client = api(alice)
    answer = client.post(MINE, {"token": begin(client)["token"], "credential": nonsense})
    assert error(answer) == (400, "passkey_refused", "credential")
    token = anybody.post(f"{LOGIN}/options", {}).json()["token"]
    assert error(anybody.post(LOGIN, {"token": token, "credential": nonsense})) == (401, "passkey_refused", None)
    assert error(anybody.post(LOGIN, {"token": token, "credential": "x"}))[::2] == (400, "credential")
    assert error(anybody.post(LOGIN, {"token": "x", "credential": {}})) == (401, "passkey_expired", None)


def test_a_challenge_is_good_once_for_five_minutes_and_for_whoever_asked(
    alice: User, bob: User, api: Api, key: Authenticator, clock: time_machine.Traveller
) -> None:
    client = api(alice)
    begun = begin(client)
    proof = {"token": begun["token"], "credential": key.create(begun["options"])}
    refused = (400, "passkey_expired", "token")
    assert error(api(alice).post(MINE, proof)) == refused  # another log-in of hers
    assert error(api(bob).post(MINE, proof)) == refused
    assert error(APIClient().post(LOGIN, proof)) == (401, "passkey_expired", None)  # for something else
    assert error(client.post(MINE, {**proof, "token": proof["token"][:-2]})) == refused
    assert client.post(MINE, proof).status_code == 201
    assert error(client.post(MINE, proof)) == refused
    late = begin(client)
    clock.shift(301)
    assert error(client.post(MINE, {"token": late["token"], "credential": key.create(late["options"])})) == refused
    assert SpentChallenge.objects.exists()
    tidy_sessions()
    assert not SpentChallenge.objects.exists()


def test_a_refused_answer_uses_the_challenge_up(alice: User, api: Api, key: Authenticator) -> None:
    client = api(alice)
    begun = begin(client)
    wrong = Authenticator(origin="https://evil.example").create(begun["options"])
    assert client.post(MINE, {"token": begun["token"], "credential": wrong}).status_code == 400
    right = {"token": begun["token"], "credential": key.create(begun["options"])}
    assert error(client.post(MINE, right)) == (400, "passkey_expired", "token")


def test_the_challenge_of_another_page_is_refused(alice: User, api: Api, key: Authenticator) -> None:
    client = api(alice)
    first, second = begin(client), begin(client)
    mixed = {"token": first["token"], "credential": key.create(second["options"])}
    assert error(client.post(MINE, mixed)) == (400, "passkey_refused", "credential")


def test_nobody_takes_the_passkey_of_another(alice: User, bob: User, api: Api, key: Authenticator) -> None:
    add(api(alice), key)
    (stolen,) = key.keys
    client = api(bob)
    begun = begin(client)
    copy = Authenticator().create(begun["options"], credential_id=decode(stolen))
    answer = client.post(MINE, {"token": begun["token"], "credential": copy})
    assert error(answer) == (409, "passkey_known", None)
    assert log_in(key).status_code == 200
    assert Passkey.objects.get().user == alice


def test_twenty_are_enough(alice: User, api: Api, key: Authenticator) -> None:
    client = api(alice)
    begun = begin(client)
    Passkey.objects.bulk_create(
        Passkey(user=alice, credential_id=str(number), public_key=b"", aaguid="", name="x")
        for number in range(MAX_PASSKEYS)
    )
    too_many = (409, "too_many_passkeys", None)
    assert error(client.post(f"{MINE}/options", {"password": PASSWORD})) == too_many
    late = client.post(MINE, {"token": begun["token"], "credential": key.create(begun["options"])})
    assert error(late) == too_many


# --- renaming, removing -----------------------------------------------------------------------------------------------
def test_renaming_and_removing(alice: User, bob: User, api: Api, key: Authenticator) -> None:
    client = api(alice)
    place = f"{MINE}/{add(client, key).json()['id']}"
    assert client.patch(place, {"name": "Old phone"}).json()["name"] == "Old phone"
    assert error(client.patch(place, {"name": " "})) == (400, "blank", "name")
    assert error(client.delete(place, {"password": "wrong"})) == (400, "password_incorrect", "password")
    for other, path in ((api(bob), place), (client, f"{MINE}/{alice.pk}"), (client, f"{MINE}/x")):
        assert error(other.patch(path, {"name": "Mine"})) == (404, "not_found", None)
        assert error(other.delete(path, {"password": PASSWORD})) == (404, "not_found", None)
    proof = prove(APIClient(), key)
    assert client.delete(place, {"password": PASSWORD}).status_code == 204
    assert client.get(MINE).json()["results"] == []
    assert error(APIClient().post(LOGIN, proof)) == (401, "passkey_refused", None)


def test_its_person_hears_of_it_by_mail(alice: User, api: Api, key: Authenticator, mailbox: Mailbox) -> None:
    client = api(alice)
    place = f"{MINE}/{add(client, key, name='Blue key').json()['id']}"  # she has no address yet
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")
    add(client, key, name="Red key")
    client.delete(place, {"password": PASSWORD})
    send_mails()
    added, removed = mailbox.mails
    assert (added["To"], added["Subject"]) == ("alice@example.org", "A passkey was added to your account")
    assert removed["Subject"] == "A passkey was removed from your account"
    assert "Red key" in mailbox.text_of(0)
    assert "Blue key" in mailbox.html_of(1)
    assert mailbox.link_of(1) == "/settings#passkeys"


# --- logging in -------------------------------------------------------------------------------------------------------
@pytest.fixture
def added(alice: User, api: Api, key: Authenticator) -> Authenticator:
    """Alice's, who has added it."""
    assert add(api(alice), key).status_code == 201
    return key


WRONG_PROVERS = {
    "at another origin": {"origin": "https://evil.example"},
    "for another domain": {"domain": "evil.example"},
    "not unlocked": {"flags": PRESENT},
    "without anybody there": {"flags": VERIFIED},
}


@pytest.mark.parametrize("wrong", WRONG_PROVERS.values(), ids=WRONG_PROVERS)
def test_a_wrong_answer_logs_nobody_in(added: Authenticator, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(added, name, value)
    assert error(log_in(added)) == (401, "passkey_refused", None)
    assert Passkey.objects.get().last_used_at is None


def test_an_answer_cannot_be_changed(added: Authenticator, anybody: APIClient) -> None:
    for part in ("signature", "authenticatorData", "clientDataJSON"):
        good, other = prove(anybody, added), prove(anybody, added)
        good["credential"]["response"][part] = other["credential"]["response"][part]
        if part != "authenticatorData":  # that one has nothing of the challenge in it
            assert error(anybody.post(LOGIN, good)) == (401, "passkey_refused", None)
    proof = prove(anybody, added)
    proof["credential"]["response"]["userHandle"] = "Ym9i"
    assert error(anybody.post(LOGIN, proof)) == (401, "passkey_refused", None)


def test_an_answer_is_good_once_for_five_minutes(
    added: Authenticator, anybody: APIClient, clock: time_machine.Traveller
) -> None:
    proof = prove(anybody, added)
    assert anybody.post(LOGIN, deepcopy(proof)).status_code == 200
    assert error(anybody.post(LOGIN, proof)) == (401, "passkey_expired", None)
    late = prove(anybody, added)
    clock.shift(301)
    assert error(anybody.post(LOGIN, late)) == (401, "passkey_expired", None)


def test_a_key_that_nobody_has_added(alice: User, added: Authenticator, anybody: APIClient) -> None:
    stranger = Authenticator()
    stranger.create({"challenge": "x", "user": {"id": "x"}})
    assert error(log_in(stranger)) == (401, "passkey_refused", None)
    # What is asked for is the same whoever asks: it names nobody.
    first, second = (APIClient().post(f"{LOGIN}/options", {}).json()["options"] for _ in range(2))
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second
    assert first["allowCredentials"] == []


def test_a_count_that_goes_backwards_is_refused_and_noted(alice: User, added: Authenticator, api: Api) -> None:
    added.step = 1
    assert log_in(added).status_code == 200
    copy = Authenticator(step=1, count=added.count, keys=added.keys)  # a thief's
    assert log_in(added).status_code == 200
    assert error(log_in(copy)) == (401, "passkey_refused", None)
    (passkey,) = api(alice).get(MINE).json()["results"]
    assert passkey["cloned_at"]
    assert Passkey.objects.get().sign_count == 2
    added.step, added.count = 0, 0
    assert error(log_in(added)) == (401, "passkey_refused", None)


def test_whether_it_is_backed_up_may_change(alice: User, api: Api) -> None:
    key = Authenticator(flags=PRESENT | VERIFIED | CAN_BE_BACKED_UP)
    assert not add(api(alice), key).json()["backed_up"]
    key.flags |= BACKED_UP
    log_in(key)
    assert Passkey.objects.get().backed_up


def test_who_may_not_log_in_may_not_by_passkey(alice: User, admin: User, added: Authenticator) -> None:
    suspend(user=alice, until=timezone.now() + timedelta(days=1))
    assert error(log_in(added))[:2] == (403, "suspended")
    deactivate(user=alice)
    assert error(log_in(added)) == (401, "passkey_refused", None)


def test_guessing_is_limited(added: Authenticator, limits: Limits) -> None:
    limits(logins="1/h burst 2")
    added.origin = "https://evil.example"
    assert [log_in(added).status_code for _ in range(3)] == [401, 401, 429]
    limits(logins="0", login_address="1/h burst 1", writes="1/h burst 2")
    stranger = Authenticator()
    stranger.create({"challenge": "x", "user": {"id": "x"}})
    assert [log_in(stranger).status_code for _ in range(2)] == [401, 429]
    assert APIClient().post(f"{LOGIN}/options", {}).status_code == 429


def test_a_passkey_in_place_of_the_code(alice: User, bob: User, api: Api, added: Authenticator) -> None:
    client = api(alice)
    secret = client.post("/api/auth/two-factor", {"password": PASSWORD}).json()["secret"]
    client.post("/api/auth/two-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    anybody = APIClient()
    credentials = {"username": "alice", "password": PASSWORD}
    assert error(anybody.post(TOKEN, credentials)) == (401, "two_factor_required", None)
    answer = anybody.post(TOKEN, {**credentials, "passkey": prove(anybody, added)})
    assert answer.status_code == 200, answer.content
    of_bob = Authenticator()
    add(api(bob), of_bob)
    refused = anybody.post(TOKEN, {**credentials, "passkey": prove(anybody, of_bob)})
    assert error(refused) == (401, "passkey_refused", None)


# --- the address ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("base_url", "domain", "says"),
    [
        ("http://chat.example.org", "", "need https"),
        ("https://192.0.2.7", "", "need a name"),
        ("https://[2001:db8::1]:8443", "", "need a name"),
        ("", "", "need https"),  # http://testserver
    ],
)
def test_where_they_cannot_work_it_says_why(
    alice: User, api: Api, settings: Settings, base_url: str, domain: str, says: str
) -> None:
    settings.BASE_URL = base_url
    client = api(alice)
    assert says in client.get(MINE).json()["unavailable"]
    for answer in (
        client.post(f"{MINE}/options", {"password": PASSWORD}),
        APIClient().post(f"{LOGIN}/options", {}),
        APIClient().post(LOGIN, {"token": "x", "credential": {}}),
    ):
        assert error(answer) == (409, "passkeys_unavailable", None)
        assert says in answer.json()["errors"][0]["detail"]
    assert "passkey" not in Browser().get("/login").content.decode()


def test_a_page_at_another_address_is_told(settings: Settings, anybody: APIClient) -> None:
    elsewhere = anybody.post(f"{LOGIN}/options", {}, HTTP_ORIGIN="https://localhost")
    assert error(elsewhere) == (409, "passkeys_unavailable", None)
    assert "work at https://chat.example.org, and this page is at https://localhost" in elsewhere.content.decode()
    assert anybody.post(f"{LOGIN}/options", {}, HTTP_ORIGIN=ORIGIN).status_code == 200


def test_a_domain_above_serves_other_pages_of_it(alice: User, api: Api, settings: Settings) -> None:
    settings.PASSKEY_DOMAIN = "example.org"
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org", "https://elsewhere.example"]
    assert begin(api(alice))["options"]["rp"]["id"] == "example.org"
    key = Authenticator(domain="example.org", origin="https://app.example.org")
    assert add(api(alice), key).status_code == 201
    key.origin = "https://elsewhere.example"
    assert error(log_in(key)) == (401, "passkey_refused", None)


def test_without_an_address_it_is_the_one_that_is_asked(settings: Settings, anybody: APIClient) -> None:
    settings.BASE_URL = ""
    for server in ("localhost:8000", "brook.localhost:8000"):
        options = anybody.post(f"{LOGIN}/options", {}, HTTP_HOST=server).json()["options"]
        assert options["rpId"] == server.partition(":")[0]


# --- the log-in page --------------------------------------------------------------------------------------------------
def at_the_page(browser: Browser, key: Authenticator, path: str = "/login", **data: str) -> Any:
    """What the script of the page does."""
    second = {"second_step": True} if path == "/login/code" else {}
    browser.get("/login")
    begun = browser.call("POST", f"{LOGIN}/options", second).json()
    if second:
        data["second_step"] = "1"
    credential = json.dumps(key.get(begun["options"]))
    return browser.submit("/login/passkey", token=begun["token"], credential=credential, **data)


def test_in_the_browser(added: Authenticator, browser: Browser) -> None:
    assert "Sign in with a passkey" in browser.get("/login").content.decode()
    answer = at_the_page(browser, added, next="/people")
    assert (answer.status_code, answer["Location"]) == (302, "/people")
    assert browser.is_logged_in
    assert Session.objects.get(kind="browser").two_factor
    assert at_the_page(browser, added)["Location"] == "/"


def test_the_page_says_what_was_wrong(added: Authenticator, browser: Browser, alice: User, limits: Limits) -> None:
    added.origin = "https://evil.example"
    assert "This passkey is not known here" in at_the_page(browser, added).content.decode()
    nonsense = browser.submit("/login/passkey", token="x", credential="[")
    assert "This passkey is not known here" in nonsense.content.decode()
    assert browser.submit("/login/passkey").status_code == 200
    assert "took too long" in browser.submit("/login/passkey", token="x", credential="{}").content.decode()
    assert browser.get("/login/passkey")["Location"] == "/login"
    added.origin = ORIGIN
    suspend(user=alice, until=timezone.now() + timedelta(days=1))
    assert "suspended until" in at_the_page(browser, added).content.decode()
    assert not browser.is_logged_in
    limits(login_address="1/h burst 1")
    added.origin = "https://evil.example"
    at_the_page(browser, added)
    refused = at_the_page(browser, added)
    assert (refused.status_code, int(refused["Retry-After"]) > 1000) == (429, True)


def test_an_answer_is_for_the_browser_that_was_asked(added: Authenticator, browser: Browser) -> None:
    browser.get("/login")
    begun = browser.call("POST", f"{LOGIN}/options", {}).json()
    stolen = {"token": begun["token"], "credential": json.dumps(added.get(begun["options"]))}
    other = Browser()
    assert "took too long" in other.submit("/login/passkey", **stolen).content.decode()
    assert not other.is_logged_in
    assert other.client.post("/login/passkey", stolen).status_code == 403  # and never without the form's token
    assert browser.submit("/login/passkey", **stolen).status_code == 302


def test_the_second_step_in_the_browser(
    alice: User, bob: User, api: Api, added: Authenticator, clock: time_machine.Traveller
) -> None:
    client = api(alice)
    secret = client.post("/api/auth/two-factor", {"password": PASSWORD}).json()["secret"]
    client.post("/api/auth/two-factor/confirm", {"code": pyotp.TOTP(secret).at(timezone.now())})
    of_bob = Authenticator()
    add(api(bob), of_bob)
    browser = Browser()
    assert at_the_page(browser, added, "/login/code").headers.get("Location") == "/login"  # first the password
    browser.log_in(alice, next="/people")
    assert "Use a passkey" in browser.get("/login/code").content.decode()
    begun = browser.call("POST", f"{LOGIN}/options", {"second_step": True}).json()
    assert [each["id"] for each in begun["options"]["allowCredentials"]] == list(added.keys)
    of_bob.keys.update({next(iter(added.keys)): next(iter(of_bob.keys.values()))})
    assert "not known here" in at_the_page(browser, of_bob, "/login/code").content.decode()
    added.flags = PRESENT  # to have it in the hand is enough here
    assert at_the_page(browser, added, "/login/code")["Location"] == "/people"
    assert browser.is_logged_in
    elsewhere = Browser()
    assert "not known here" in at_the_page(elsewhere, added).content.decode()  # but not alone


# --- the end ----------------------------------------------------------------------------------------------------------
def test_staff_reset_them_with_two_factor_log_in(alice: User, admin: User, added: Authenticator) -> None:
    assert log_in(added).status_code == 200
    assert reset_two_factor(user=alice, by=admin, reason="She lost her phone.")
    assert not Passkey.objects.exists()
    assert not Session.objects.filter(user=alice, ended_at=None).exists()
    entry = AuditEntry.objects.get()
    assert entry.before == {"two_factor": False, "passkeys": 1}
    assert entry.after == {"two_factor": False, "passkeys": 0}
    assert not reset_two_factor(user=alice, by=admin, reason="Again.")


def test_a_deleted_account_has_none(alice: User, added: Authenticator) -> None:
    delete_account(user=alice, removes_messages=False)
    assert not Passkey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_copy_of_her_data_names_them(alice: User, api: Api, added: Authenticator) -> None:
    client = api(alice)
    client.post("/api/users/me/export")
    make_takeouts()
    answer = client.get("/api/users/me/export/file")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    (passkey,) = orjson.loads(archive.read("passkeys.json"))
    assert set(passkey) == {"name", "created_at", "last_used_at"}
    assert passkey["name"] == "Bitwarden"
