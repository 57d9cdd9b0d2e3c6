"""POST /api/conversations/group"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat.models import Conversation

Api = Callable[[User], APIClient]
URL = "/api/conversations/group"


@pytest.mark.django_db
def test_the_creator_is_admin_the_others_members(api: Api, alice: User, bob: User, carol: User) -> None:
    body = {"title": "River Team", "participant_ids": [str(bob.pk), str(carol.pk)], "description": "Levels"}
    response = api(alice).post(URL, body, format="json")
    assert response.status_code == 201
    group = response.json()
    assert (group["kind"], group["title"], group["description"]) == ("group", "River Team", "Levels")
    assert (group["history"], group["participant_count"]) == ("shared", 3)
    roles = {person["user"]["username"]: person["role"] for person in group["participants"]}
    assert roles == {"alice": "admin", "bob": "member", "carol": "member"}
    assert group["me"]["role"] == "admin"
    assert api(bob).get(f"/api/conversations/{group['id']}").json()["me"]["role"] == "member"


@pytest.mark.django_db
def test_naming_oneself_or_somebody_twice_changes_nothing(api: Api, alice: User, bob: User) -> None:
    body = {"title": "Two", "participant_ids": [str(bob.pk), str(alice.pk), str(bob.pk)]}
    assert api(alice).post(URL, body, format="json").json()["participant_count"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "   "},
        {"title": None},
        {"title": "x" * 101},
        {"title": "a\0b"},
        {"participant_ids": []},
        {"participant_ids": "bob"},
        {"participant_ids": ["nonsense"]},
        {"history": "secret"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(api: Api, alice: User, bob: User, change: dict[str, Any]) -> None:
    body = {"title": "River Team", "participant_ids": [str(bob.pk)], **change}
    response = api(alice).post(URL, body, format="json")
    assert response.status_code == 400
    assert response.json()["errors"]
    assert not Conversation.objects.exists()


@pytest.mark.django_db
def test_without_a_title_or_people(api: Api, alice: User, bob: User) -> None:
    assert api(alice).post(URL, {"participant_ids": [str(bob.pk)]}, format="json").status_code == 400
    assert api(alice).post(URL, {"title": "Alone"}, format="json").status_code == 400
    assert (
        api(alice).post(URL, {"title": "Alone", "participant_ids": [str(alice.pk)]}, format="json").status_code == 400
    )


@pytest.mark.django_db
def test_unknown_people_are_404_and_nothing_is_made(api: Api, alice: User, bob: User) -> None:
    body = {"title": "Ghosts", "participant_ids": [str(bob.pk), str(uuid4())]}
    assert api(alice).post(URL, body, format="json").status_code == 404
    assert not Conversation.objects.exists()
