"""/login"""

from __future__ import annotations

import pytest
from django.contrib import auth
from django.contrib.sessions.models import Session as Cookie
from django.test import Client, RequestFactory

from accounts import actions
from accounts.models import Session, User
from tests.accounts.conftest import Browser, Events
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_alice_logs_in_and_comes_home(browser: Browser, alice: User) -> None:
    page = browser.get("/login")
    assert page.status_code == 200
    assert {field.name for field in page.context["form"]} == {"username", "password"}
    response = browser.log_in(alice)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert response["Cache-Control"] == "private, no-store"
    session = Session.objects.get()
    assert (session.kind, session.user, session.ended_at) == ("browser", alice, None)
    assert session.session_key == browser.client.cookies["sessionid"].value
    assert browser.is_logged_in
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("zoe", PASSWORD), ("", PASSWORD), ("alice", "")])
def test_wrong_ones(browser: Browser, alice: User, name: str, password: str) -> None:
    response = browser.submit("/login", username=name, password=password)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Session.objects.exists()
    assert "sessionid" not in browser.client.cookies


def test_it_does_not_tell_who_exists(browser: Browser, alice: User, bob: User) -> None:
    actions.deactivate(user=bob)
    said = {
        str(browser.submit("/login", username=name, password="wrong").context["form"].errors)
        for name in ("alice", "bob", "zoe")
    }
    assert len(said) == 1


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/people", "/people"),
        ("/c/x?y=1#z", "/c/x?y=1#z"),
        ("http://testserver/people", "http://testserver/people"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///evil.example", "/"),
        ("", "/"),
        ("\0", "/"),
    ],
)
def test_next_leads_to_our_own_pages_alone(browser: Browser, alice: User, wanted: str, goes: str) -> None:
    assert browser.get("/login", next=wanted).context["next"] == (goes if goes != "/" else "")
    assert browser.log_in(alice, next=wanted)["Location"] == goes


def test_a_page_that_needs_a_log_in_is_come_back_to(browser: Browser, alice: User) -> None:
    asked = browser.get("/people", search="bob")
    assert asked["Location"] == "/login?next=/people%3Fsearch%3Dbob"
    page = browser.get(asked["Location"])
    assert browser.log_in(alice, next=page.context["next"])["Location"] == "/people?search=bob"


def test_who_is_logged_in_goes_on(browser: Browser, alice: User) -> None:
    browser.log_in(alice)
    assert browser.get("/login")["Location"] == "/"
    assert browser.get("/login", next="/people")["Location"] == "/people"
    assert Session.objects.count() == 1


def test_without_the_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login", {"username": "alice", "password": PASSWORD}).status_code == 403
    assert not Session.objects.exists()


def test_a_planted_cookie_is_not_kept(browser: Browser, alice: User) -> None:
    """Session fixation: whoever knew the key before the log-in is not in after it."""
    store = Client().session
    store["planted"] = 1
    store.save()
    browser.client.cookies["sessionid"] = planted = str(store.session_key)
    browser.log_in(alice)
    assert browser.client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/people").status_code == 302
    assert not Cookie.objects.filter(session_key=planted).exists()


def test_a_log_in_over_another_ends_that(alice: User, bob: User, events: Events) -> None:
    """No page of ours allows it; whatever else calls Django's `login` may."""
    client = Client()
    client.force_login(alice)
    of_alice = Session.objects.get()
    request = RequestFactory().post("/")
    request.session, request.session_row = client.session, of_alice  # type: ignore[attr-defined]
    auth.login(request, bob)
    of_alice.refresh_from_db()
    assert of_alice.end_reason == "logout"
    assert events("auth.ended", topic=f"session:{of_alice.pk}") == [{"reason": "logout"}]
    assert Session.objects.get(ended_at=None).user == bob


def test_the_test_clients_own_log_in_is_one(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get("/people").status_code == 200
    client.logout()
    assert Session.objects.get().end_reason == "logout"


def test_strange_forms(browser: Browser, alice: User) -> None:
    for username, password in (("a\0b", PASSWORD), ("alice", "a\0b"), ("x" * 300, PASSWORD), ("alice", "x" * 2000)):
        assert browser.submit("/login", username=username, password=password).status_code == 200
    assert not Session.objects.exists()
    assert browser.client.put("/login").status_code in {403, 405}
