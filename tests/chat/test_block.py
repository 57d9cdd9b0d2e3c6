"""PUT and DELETE /api/users/{id}/block, GET /api/users/blocked, and what a block does to conversations"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import Block, User
from chat import actions
from chat.models import Conversation, Message, Role
from realtime.models import Event
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def block(api: Api, user: User, target: Any) -> Any:
    return api(user).put(f"/api/users/{getattr(target, 'pk', target)}/block")


def unblock(api: Api, user: User, target: Any) -> Any:
    return api(user).delete(f"/api/users/{getattr(target, 'pk', target)}/block")


def told(event_type: str) -> list[tuple[str, Any]]:
    events = Event.objects.filter(type=event_type).order_by("id")
    return [(event.topic, orjson.loads(event.payload)) for event in events]


def refusal(response: Any) -> tuple[int, str, str]:
    (error,) = response.json()["errors"]
    return response.status_code, error["code"], error["detail"]


REFUSED = (403, "blocked", "You cannot write to this person.")


def test_a_block_is_known_to_its_maker_alone(api: Api, alice: User, bob: User) -> None:
    assert [block(api, alice, bob).status_code for _ in range(2)] == [204, 204]
    assert api(alice).get("/api/users/me").json()["blocked"] == [str(bob.pk)]
    assert [user["username"] for user in api(alice).get("/api/users/blocked").json()["results"]] == ["bob"]
    assert api(bob).get("/api/users/me").json()["blocked"] == []
    assert api(bob).get("/api/users/blocked").json() == {"results": [], "next": None}
    assert [unblock(api, alice, bob).status_code for _ in range(2)] == [204, 204]
    assert api(alice).get("/api/users/me").json()["blocked"] == []
    mine = f"user:{alice.pk}"
    assert told("me.updated") == [(mine, {"blocked": [str(bob.pk)]}), (mine, {"blocked": []})]
    assert Event.objects.count() == 2


def test_whom_nobody_can_block(api: Api, alice: User) -> None:
    assert block(api, alice, alice).status_code == 400
    assert block(api, alice, uuid4()).status_code == unblock(api, alice, uuid4()).status_code == 404
    assert block(api, alice, "nonsense").status_code == 404


def test_nobody_asks(client: Any, bob: User) -> None:
    assert client.put(f"/api/users/{bob.pk}/block").status_code == 401
    assert client.get("/api/users/blocked").status_code == 401


def test_the_list_comes_in_pages(api: Api, alice: User, bob: User, carol: User) -> None:
    for person in (carol, bob):
        block(api, alice, person)
    first = api(alice).get("/api/users/blocked", {"limit": 1}).json()
    rest = api(alice).get("/api/users/blocked", {"limit": 1, "cursor": first["next"]}).json()
    assert [page["results"][0]["username"] for page in (first, rest)] == ["bob", "carol"]
    assert rest["next"] is None


def test_too_many_are_refused(api: Api, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.actions.blocks.MAX_BLOCKED", 1)
    assert block(api, alice, bob).status_code == 204
    assert refusal(block(api, alice, carol))[:2] == (409, "too_many")


def test_neither_can_write_to_the_other(
    api: Api, send: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    before = send(bob, talk, client_id="before")
    block(api, alice, bob)
    assert refusal(send(alice, talk)) == refusal(send(bob, talk)) == REFUSED
    assert Message.objects.count() == 1
    assert send(bob, talk, client_id="before").json()["id"] == before.json()["id"]
    assert send(carol, talk).status_code == 404
    assert api(bob).get(f"/api/conversations/{talk.pk}/messages").status_code == 200
    unblock(api, alice, bob)
    assert send(bob, talk).status_code == send(alice, talk).status_code == 201


def test_no_new_direct_conversation_between_them(api: Api, alice: User, bob: User, talk: Conversation) -> None:
    block(api, alice, bob)
    body = {"user_id": str(bob.pk)}
    assert api(alice).post("/api/conversations/direct", body, format="json").status_code == 200
    Conversation.objects.all().delete()
    for one, other in ((alice, bob), (bob, alice)):
        body = {"user_id": str(other.pk)}
        assert refusal(api(one).post("/api/conversations/direct", body, format="json")) == REFUSED
    assert not Conversation.objects.exists()


def test_the_blocked_cannot_put_the_blocker_into_a_group(api: Api, alice: User, bob: User, carol: User) -> None:
    block(api, alice, bob)
    body = {"title": "Come in", "participant_ids": [str(alice.pk), str(carol.pk)]}
    assert refusal(api(bob).post("/api/conversations/group", body, format="json"))[:2] == (403, "blocked")
    assert not Conversation.objects.exists()
    group = actions.create_group(creator=bob, title="Without", people=[carol])
    people = f"/api/conversations/{group.pk}/participants"
    assert refusal(api(bob).post(people, {"user_ids": [str(alice.pk)]}, format="json"))[:2] == (403, "blocked")
    actions.set_role(user=bob, conversation_id=group.pk, target_id=carol.pk, role=Role.ADMIN)
    assert api(carol).post(people, {"user_ids": [str(alice.pk)]}, format="json").status_code == 201


def test_in_a_group_both_stay_and_what_the_blocked_says_is_not_unread(
    api: Api, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=carol, title="River Team", people=[alice, bob])
    quiet = actions.create_group(creator=carol, title="Quiet", people=[alice, bob])
    say(bob, group)
    say(carol, group)
    say(carol, quiet)
    block(api, alice, bob)
    say(bob, group)
    assert api(alice).get("/api/unread-counts").json() == {
        "total": 2,
        "conversations": {str(group.pk): 1, str(quiet.pk): 1},
        "users": {str(carol.pk): 2},
    }
    shown = api(alice).get(f"/api/conversations/{group.pk}").json()
    assert shown["me"]["unread"] == 1
    assert len(api(alice).get(f"/api/conversations/{group.pk}/messages").json()["results"]) == 3
    ((topic, event),) = told("unread.updated")
    assert (topic, event["conversation_id"]) == (f"user:{alice.pk}", str(group.pk))
    assert (event["unread"], event["total"], event["last_seq"]) == (1, 2, 2)
    unblock(api, alice, bob)
    assert api(alice).get("/api/unread-counts").json()["users"] == {str(carol.pk): 2, str(bob.pk): 2}
    assert told("unread.updated")[-1][1]["unread"] == 3


def test_who_is_concerned(alice: User, bob: User, carol: User) -> None:
    Block.objects.create(blocker=alice, blocked=bob)
    Block.objects.create(blocker=carol, blocked=alice)
    assert Block.objects.between(bob, alice).exists()
    assert not Block.objects.between(bob, carol).exists()
    assert Block.objects.around(alice) == Block.objects.around(alice.pk) == {bob.pk, carol.pk}


def test_unread_counts_stay_one_query(
    alice: User, bob: User, talk: Conversation, say: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    say(bob, talk)
    actions.block(user=alice, target=bob)
    with django_assert_num_queries(1):
        assert Message.objects.unread_counts(alice)["total"] == 0


@pytest.mark.django_db(transaction=True)
def test_blocking_beside_sending(api: Api, send: Any, alice: User, bob: User, talk: Conversation) -> None:
    """Whatever comes first: nothing hangs, nothing fails, and the counts agree in the end."""

    def act(number: int) -> int:
        try:
            if number % 3 == 0:
                return int(block(api, alice, bob).status_code)
            if number % 3 == 1:
                return int(unblock(api, alice, bob).status_code)
            return int(send(bob, talk, client_id=f"n-{number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(act, range(24))) <= {204, 201, 403}
    unblock(api, alice, bob)
    assert api(alice).get("/api/unread-counts").json()["total"] == Message.objects.count()
