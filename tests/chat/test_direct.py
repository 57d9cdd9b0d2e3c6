"""POST /api/conversations/direct"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from chat.models import Conversation, Participant
from realtime.models import Event

Api = Callable[[User], APIClient]
URL = "/api/conversations/direct"


@pytest.mark.django_db
def test_the_first_call_makes_it_the_next_finds_it_from_either_side(api: Api, alice: User, bob: User) -> None:
    first = api(alice).post(URL, {"user_id": str(bob.pk)}, format="json")
    again = api(alice).post(URL, {"user_id": str(bob.pk)}, format="json")
    from_bob = api(bob).post(URL, {"user_id": str(alice.pk)}, format="json")
    assert (first.status_code, again.status_code, from_bob.status_code) == (201, 200, 200)
    assert first.json()["id"] == again.json()["id"] == from_bob.json()["id"]
    assert first.json()["kind"] == "direct"
    assert {person["user"]["username"] for person in first.json()["participants"]} == {"alice", "bob"}
    assert first.json()["me"]["unread"] == 0


@pytest.mark.django_db
def test_both_are_told_once_and_follow_from_there(api: Api, alice: User, bob: User) -> None:
    for _ in range(2):
        api(alice).post(URL, {"user_id": str(bob.pk)}, format="json")
    event = Event.objects.get(type="conversation.created")
    assert str(alice.pk) in event.routing
    assert str(bob.pk) in event.routing
    assert '"me"' not in event.payload


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("user_id", "code"),
    [("nonsense", 400), (None, 400), (7, 400), ([], 400), (str(UUID(int=7)), 404)],
)
def test_nobody_to_talk_with(api: Api, alice: User, user_id: object, code: int) -> None:
    response = api(alice).post(URL, {"user_id": user_id}, format="json")
    assert response.status_code == code
    assert set(response.json()) == {"type", "errors"}
    assert not Conversation.objects.exists()


@pytest.mark.django_db
def test_not_with_oneself(api: Api, alice: User) -> None:
    response = api(alice).post(URL, {"user_id": str(alice.pk)}, format="json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "user_id"


@pytest.mark.django_db
def test_only_signed_in(client: APIClient, bob: User) -> None:
    assert client.post(URL, {"user_id": str(bob.pk)}, content_type="application/json").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_the_same_one(api: Api, alice: User, bob: User) -> None:
    clients = [(api(alice), bob), (api(bob), alice)] * 4

    def open_it(number: int) -> tuple[int, str]:
        client, partner = clients[number]
        try:
            response = client.post(URL, {"user_id": str(partner.pk)}, format="json")
            return response.status_code, response.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(open_it, range(8)))
    assert sorted(code for code, _id in answers) == [200] * 7 + [201]
    assert len({conversation_id for _code, conversation_id in answers}) == 1
    assert Conversation.objects.count() == 1
    assert Participant.objects.count() == 2
    assert Event.objects.filter(type="conversation.created").count() == 1
