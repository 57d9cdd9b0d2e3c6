"""GET and PATCH /api/users/me"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tests.accounts.conftest import Events, error
from tests.conftest import Api

pytestmark = pytest.mark.django_db

ME = "/api/users/me"


def test_who_alice_is(alice: User, api: Api) -> None:
    assert api(alice).get(ME).json() == {
        "id": str(alice.pk),
        "username": "alice",
        "display_name": "Alice Moreau",
        "avatar_url": None,
        "status_text": "",
        "status_emoji": "",
        "is_bot": False,
        "last_seen_at": None,
        "status_expires_at": None,
        "time_zone": "UTC",
        "language": "",
        "preferences": {"receipts": True, "typing": True},
        "blocked": [],
        "is_staff": False,
        "email": "",
        "unverified_email": "",
    }


def test_alice_changes_her_name_and_everyone_hears(alice: User, api: Api, events: Events) -> None:
    response = api(alice).patch(ME, {"display_name": " Alice  M. "})
    assert (response.status_code, response.json()["display_name"]) == (200, "Alice M.")
    (told,) = events("user.updated", topic="everyone")
    assert told == {
        "user": {
            "id": str(alice.pk),
            "username": "alice",
            "display_name": "Alice M.",
            "avatar_url": None,
            "status_text": "",
            "status_emoji": "",
            "is_bot": False,
        }
    }
    assert [user.pk for user in User.objects.search("alice m.")] == [alice.pk]


def test_what_does_not_show_is_not_told(alice: User, api: Api, events: Events) -> None:
    client = api(alice)
    assert client.patch(ME, {"time_zone": "Europe/Berlin"}).json()["time_zone"] == "Europe/Berlin"
    assert client.patch(ME, {"display_name": "Alice Moreau"}).status_code == 200
    assert client.patch(ME, {}).status_code == 200
    assert events("user.updated") == []


def test_what_cannot_be_changed_is_ignored(alice: User, api: Api, events: Events) -> None:
    body = {"username": "root", "is_staff": True, "is_bot": True, "id": "1", "last_seen_at": "2026-01-01T00:00:00Z"}
    before = api(alice).get(ME).json()
    assert api(alice).patch(ME, body).json() == before
    assert events("user.updated") == []


def test_a_status_goes_away_by_itself(alice: User, bob: User, api: Api, events: Events) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        until = timezone.now() + timedelta(hours=1)
        body = {"status_text": "At lunch", "status_emoji": "🍜", "status_expires_at": until.isoformat()}
        assert api(alice).patch(ME, body).status_code == 200
        (told,) = events("user.updated")
        assert (told["user"]["status_text"], told["user"]["status_emoji"]) == ("At lunch", "🍜")
        clock.shift(timedelta(minutes=59))
        assert api(bob).get(f"/api/users/{alice.pk}").json()["status_text"] == "At lunch"
        clock.shift(timedelta(minutes=1))
        seen = api(bob).get(f"/api/users/{alice.pk}").json()
        assert (seen["status_text"], seen["status_emoji"]) == ("", "")
        assert api(alice).get(ME).json()["status_text"] == ""


def test_a_new_status_without_an_end_stays(alice: User, api: Api) -> None:
    """An end that has passed belonged to the status before."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        until = timezone.now() + timedelta(hours=1)
        api(alice).patch(ME, {"status_text": "At lunch", "status_emoji": "🍜", "status_expires_at": until.isoformat()})
        clock.shift(timedelta(hours=2))
        body = api(alice).patch(ME, {"status_text": "Back"}).json()
        assert (body["status_text"], body["status_emoji"], body["status_expires_at"]) == ("Back", "", None)


def test_a_status_can_be_taken_back(alice: User, api: Api) -> None:
    client = api(alice)
    client.patch(ME, {"status_text": "In", "status_emoji": "🍜", "status_expires_at": "2030-01-01T00:00:00Z"})
    body = client.patch(ME, {"status_text": "", "status_emoji": "", "status_expires_at": None}).json()
    assert (body["status_text"], body["status_emoji"], body["status_expires_at"]) == ("", "", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"display_name": ""}, "blank"),
        ({"display_name": None}, "null"),
        ({"display_name": 7}, "invalid"),
        ({"display_name": ["Alice"]}, "invalid"),
        ({"display_name": "x" * 65}, "max_length"),
        ({"display_name": "Ali\u202ece"}, "invalid_characters"),
        ({"status_text": "x" * 101}, "max_length"),
        ({"status_text": "a\nb"}, "invalid_characters"),
        ({"status_text": False}, "invalid"),
        ({"status_emoji": "x" * 33}, "max_length"),
        ({"status_expires_at": "soon"}, "invalid"),
        ({"status_expires_at": 7}, "invalid"),
        ({"status_expires_at": "0001-01-01T00:00:00+14:00"}, "overflow"),
        ({"time_zone": "Mars/Olympus"}, "invalid"),
        ({"time_zone": "../../etc/passwd"}, "invalid"),
        ({"time_zone": ""}, "blank"),
        ({"time_zone": 1}, "invalid"),
    ],
)
def test_what_is_refused(alice: User, api: Api, events: Events, body: dict[str, Any], code: str) -> None:
    assert error(api(alice).patch(ME, body)) == (400, code, next(iter(body)))
    assert events("user.updated") == []


def test_a_preference_is_set_and_ones_own_devices_hear(alice: User, bob: User, api: Api, events: Events) -> None:
    client = api(alice)
    set_off = client.patch(ME, {"preferences": {"typing": False}}, format="json")
    assert (set_off.status_code, set_off.json()["preferences"]) == (200, {"receipts": True, "typing": False})
    client.patch(ME, {"preferences": {"receipts": False}, "status_text": "Here"}, format="json")
    both_off = {"receipts": False, "typing": False}
    assert client.get(ME).json()["preferences"] == both_off
    client.patch(ME, {"preferences": {"receipts": False}}, format="json")  # as it is already
    client.patch(ME, {"preferences": {}}, format="json")
    told = events("me.updated", topic=f"user:{alice.pk}")
    assert told == [{"preferences": {"receipts": True, "typing": False}}, {"preferences": both_off}]
    assert api(bob).get(ME).json()["preferences"] == {"receipts": True, "typing": True}
    assert "preferences" not in api(bob).get(f"/api/users/{alice.pk}").json()
    assert [User.objects.get(pk=alice.pk).prefers(name) for name in ("receipts", "typing")] == [False, False]


@pytest.mark.parametrize(
    "preferences",
    [
        {"receipt": False},
        {"receipts": None},
        {"receipts": "no"},
        {"receipts": 0},
        {"receipts": []},
        [],
        None,
        True,
        "off",
    ],
)
def test_preferences_that_are_none(alice: User, api: Api, events: Events, preferences: Any) -> None:
    response = api(alice).patch(ME, {"preferences": preferences}, format="json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"].startswith("preferences")
    assert api(alice).get(ME).json()["preferences"] == {"receipts": True, "typing": True}
    assert events("me.updated") == []


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "{"])
def test_bodies_that_are_none(alice: User, api: Api, body: str) -> None:
    assert api(alice).generic("PATCH", ME, body, "application/json").status_code in {200, 400}


def test_nobody_asks(anybody: APIClient) -> None:
    assert anybody.get(ME).status_code == anybody.patch(ME, {}).status_code == 401
