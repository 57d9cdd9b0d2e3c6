"""/api/conversations/{id}/participants: who is in a group, and what they may do there"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, History, Message, Participant, Role
from realtime.models import Event
from realtime.sequencer import look
from tests.chat.client import events_for

Api = Callable[[User], APIClient]


@pytest.fixture
def dora(db: None) -> User:
    return User.objects.create_user("dora", None, display_name="Dora Lindt")


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    """Alice is its admin, Bob a member."""
    return actions.create_group(creator=alice, title="River Team", people=[bob])


def url(group: Conversation, person: User | None = None) -> str:
    return f"/api/conversations/{group.pk}/participants" + (f"/{person.pk}" if person else "")


def roles(api: Api, group: Conversation, viewer: User) -> dict[str, str]:
    people = api(viewer).get(f"/api/conversations/{group.pk}").json()["participants"]
    return {person["user"]["username"]: person["role"] for person in people}


def give(group: Conversation, admin: User, person: User, role: Role) -> None:
    actions.set_role(user=admin, conversation_id=group.pk, target_id=person.pk, role=role)


@pytest.mark.django_db
def test_adding_people(api: Api, say: Any, alice: User, bob: User, carol: User, group: Conversation) -> None:
    say(alice, group, "before")
    answer = api(alice).post(url(group), {"user_ids": [str(carol.pk), str(bob.pk)]}, format="json")
    assert answer.status_code == 201
    assert answer.json()["participant_count"] == 3
    assert roles(api, group, carol) == {"alice": "admin", "bob": "member", "carol": "member"}
    seen = api(carol).get(f"/api/conversations/{group.pk}").json()
    assert seen["me"]["unread"] == 0
    assert seen["last_message"]["type"] == "system"
    assert seen["last_message"]["content"] == "Alice Moreau added Carol Weiss"
    again = api(alice).post(url(group), {"user_ids": [str(carol.pk)]}, format="json")
    assert again.json()["participant_count"] == 3
    assert Event.objects.filter(type="participant.added").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("history", "seen"), [("shared", ["before", "after"]), ("protected", ["after"])])
def test_newcomers_see_the_past_where_it_is_shared(
    api: Api, say: Any, alice: User, bob: User, carol: User, history: str, seen: list[str]
) -> None:
    group = actions.create_group(creator=alice, title="Past", people=[bob], history=History(history))
    say(alice, group, "before")
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    say(alice, group, "after")
    shown = api(carol).get(f"/api/conversations/{group.pk}/messages").json()["results"]
    assert [message["content"] for message in shown if message["type"] == "text"] == seen
    look()
    events = events_for(carol, "x.0")
    texts = [data["message"]["content"] for kind, data in events if kind == "message.created"]
    assert texts == ["Alice Moreau added Carol Weiss", "after"]
    assert "before" not in str([data for kind, data in events if history == "protected"])


@pytest.mark.django_db
def test_the_removed_hear_of_it_last_and_are_out(
    api: Api, say: Any, alice: User, bob: User, group: Conversation
) -> None:
    assert api(alice).delete(url(group, bob)).status_code == 204
    say(alice, group, "we are alone")
    assert api(bob).get(f"/api/conversations/{group.pk}").status_code == 404
    assert api(bob).get("/api/conversations").json()["results"] == []
    look()
    kind, data = events_for(bob, "x.0")[-1]
    assert kind == "participant.removed"
    assert data["user"]["id"] == str(bob.pk)
    assert data["by"] == str(alice.pk)


@pytest.mark.django_db
def test_leaving_and_coming_back(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    assert api(bob).delete(url(group, bob)).status_code == 204
    say(alice, group, "while he was away")
    actions.add_participants(user=alice, conversation_id=group.pk, people=[bob])
    say(alice, group, "welcome back")
    assert api(bob).get(f"/api/conversations/{group.pk}").json()["me"]["unread"] == 1
    assert Participant.objects.filter(conversation=group).count() == 2


@pytest.mark.django_db
def test_the_last_admin_names_a_successor(api: Api, alice: User, bob: User, group: Conversation) -> None:
    refused = api(alice).delete(url(group, alice))
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["code"] == "last_admin"
    assert api(alice).patch(url(group, alice), {"role": "member"}, format="json").status_code == 409
    assert api(alice).delete(f"{url(group, alice)}?successor_id={uuid4()}").status_code == 404
    assert api(alice).delete(f"{url(group, alice)}?successor_id=nonsense").status_code == 400
    assert roles(api, group, alice) == {"alice": "admin", "bob": "member"}
    assert api(alice).delete(f"{url(group, alice)}?successor_id={bob.pk}").status_code == 204
    assert roles(api, group, bob) == {"bob": "admin"}


@pytest.mark.django_db
def test_stepping_down_for_a_successor(api: Api, alice: User, bob: User, group: Conversation) -> None:
    body = {"role": "member", "successor_id": str(bob.pk)}
    assert api(alice).patch(url(group, alice), body, format="json").json()["role"] == "member"
    assert roles(api, group, alice) == {"alice": "member", "bob": "admin"}


@pytest.mark.django_db
def test_the_last_one_out_closes_the_door(api: Api, alice: User, bob: User, group: Conversation) -> None:
    api(bob).delete(url(group, bob))
    assert api(alice).delete(url(group, alice)).status_code == 204
    assert api(alice).get(f"/api/conversations/{group.pk}").status_code == 404
    assert Conversation.objects.get(pk=group.pk).deleted_at is not None


WHO_MAY = [
    # what is asked, by a member, a moderator, an admin
    ("add dora", 403, 201, 201),
    ("remove a member", 403, 204, 204),
    ("remove a moderator", 403, 403, 204),
    ("remove an admin", 403, 403, 204),
    ("give a role", 403, 403, 200),
    ("change the title", 403, 200, 200),
    ("delete the group", 403, 403, 204),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "role", "code"),
    [
        (what, role, code)
        for what, *codes in WHO_MAY
        for role, code in zip([*Role.values[::-1], "outsider"], [*codes, 404], strict=True)
    ],
)
def test_who_may_do_what(
    api: Api, alice: User, bob: User, carol: User, dora: User, group: Conversation, what: str, role: str, code: int
) -> None:
    target = User.objects.create_user("target", None)
    if role == "outsider":
        actions.add_participants(user=alice, conversation_id=group.pk, people=[target])
    else:
        actions.add_participants(user=alice, conversation_id=group.pk, people=[target, carol])
        give(group, alice, carol, Role(role))
    if what.startswith("remove a"):
        give(group, alice, target, Role(what.rpartition(" ")[2]))
    client = api(carol)
    answer = {
        "add dora": lambda: client.post(url(group), {"user_ids": [str(dora.pk)]}, format="json"),
        "remove a member": lambda: client.delete(url(group, target)),
        "remove a moderator": lambda: client.delete(url(group, target)),
        "remove an admin": lambda: client.delete(url(group, target)),
        "give a role": lambda: client.patch(url(group, target), {"role": "moderator"}, format="json"),
        "change the title": lambda: client.patch(f"/api/conversations/{group.pk}", {"title": "New"}, format="json"),
        "delete the group": lambda: client.delete(f"/api/conversations/{group.pk}"),
    }[what]()
    assert answer.status_code == code


@pytest.mark.django_db
def test_a_direct_conversation_stays_one_of_two(
    api: Api, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    body = {"user_ids": [str(carol.pk)]}
    assert api(alice).post(url(talk), body, format="json").status_code == 409
    assert api(alice).delete(url(talk, bob)).status_code == 409
    assert api(alice).delete(url(talk, alice)).status_code == 409
    assert api(alice).patch(url(talk, bob), {"role": "admin"}, format="json").status_code == 409
    assert api(alice).delete(f"/api/conversations/{talk.pk}").status_code == 409
    assert api(alice).patch(f"/api/conversations/{talk.pk}", {"description": "x"}, format="json").status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize("body", [{}, {"user_ids": []}, {"user_ids": ["x"]}, {"user_ids": "x"}, {"user_ids": [None]}])
def test_people_that_are_none(api: Api, alice: User, group: Conversation, body: dict[str, Any]) -> None:
    assert api(alice).post(url(group), body, format="json").status_code == 400
    assert api(alice).post(url(group), {"user_ids": [str(uuid4())]}, format="json").status_code == 404
    assert api(alice).patch(url(group, alice), {"role": "king"}, format="json").status_code == 400


@pytest.mark.django_db
def test_changing_a_group(api: Api, alice: User, bob: User, group: Conversation) -> None:
    body = {"title": "Lake Team", "description": "Now with lakes", "history": "protected"}
    answer = api(alice).patch(f"/api/conversations/{group.pk}", body, format="json")
    assert {name: answer.json()[name] for name in body} == body
    assert Message.objects.get().content == "Alice Moreau named the group “Lake Team”"
    assert api(alice).patch(f"/api/conversations/{group.pk}", body, format="json").status_code == 200
    assert Event.objects.filter(type="conversation.updated").count() == 1
    assert api(alice).patch(f"/api/conversations/{group.pk}", {"title": " "}, format="json").status_code == 400


@pytest.mark.django_db
def test_ones_own_side_of_a_conversation(api: Api, alice: User, bob: User, talk: Conversation) -> None:
    client = api(alice)
    body = {"notification_level": "none", "muted_until": "2030-01-01T00:00:00Z", "pinned": True, "archived": True}
    answer = client.patch(f"/api/conversations/{talk.pk}/me", body, format="json")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in body} == body
    assert client.patch(f"/api/conversations/{talk.pk}", {"title": "Bobby"}, format="json").status_code == 200
    assert client.get(f"/api/conversations/{talk.pk}").json()["me"]["title"] == "Bobby"
    theirs = api(bob).get(f"/api/conversations/{talk.pk}").json()
    assert theirs["title"] == theirs["me"]["title"] == ""
    assert theirs["me"]["pinned"] is False
    assert {event.topic for event in Event.objects.filter(type="me.updated")} == {f"user:{alice.pk}"}
    assert client.patch(f"/api/conversations/{talk.pk}/me", {"pinned": "x"}, format="json").status_code == 400


@pytest.mark.django_db
def test_all_of_them_page_by_page_and_by_name(
    api: Api, alice: User, bob: User, carol: User, dora: User, group: Conversation
) -> None:
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    first = api(bob).get(url(group), {"limit": 2}).json()
    second = api(bob).get(url(group), {"limit": 2, "cursor": first["next"]}).json()
    assert [each["user"]["username"] for each in [*first["results"], *second["results"]]] == ["alice", "bob", "carol"]
    assert (first["results"][0]["role"], second["next"]) == ("admin", None)
    found = api(bob).get(url(group), {"search": " WEISS "}).json()["results"]
    assert [each["user"]["id"] for each in found] == [str(carol.pk)]
    assert api(bob).get(url(group), {"search": "dora"}).json()["results"] == []
    assert api(bob).get(url(group), {"cursor": "nonsense"}).status_code == 400
    assert api(dora).get(url(group)).status_code == 404
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=carol.pk)
    assert len(api(bob).get(url(group)).json()["results"]) == 2
    assert api(carol).get(url(group)).status_code == 404


@pytest.mark.django_db
def test_who_hides_what_they_read_sees_nobodys(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    say(alice, group)
    actions.mark_read(user=bob, conversation_id=group.pk, seq=1)

    def reads() -> list[int]:
        return [each["read_seq"] for each in api(alice).get(url(group)).json()["results"]]

    assert any(reads())
    api(alice).patch("/api/users/me", {"preferences": {"receipts": False}}, format="json")
    assert not any(reads())
