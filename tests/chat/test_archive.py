"""A conversation that staff archive is over for all in it: read, and written by nobody; not deleted, and undone."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from accounts.models import User
from chat import actions
from chat.models import Conversation, Invite
from realtime.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(alice: User, bob: User, admin: User) -> Conversation:
    return actions.create_group(creator=alice, title="River Team", people=[bob, admin])


def write(api: Any, person: User, group: Conversation, client_id: str) -> Any:
    body = {"conversation_id": str(group.pk), "client_id": client_id, "content": "hello"}
    return api(person).post("/api/messages", body)


def test_nobody_writes_not_even_staff(api: Any, say: Any, alice: User, admin: User, group: Conversation) -> None:
    said = say(alice, group)
    actions.set_archived(conversation_id=group.pk, by=admin, archived=True)
    for person in (alice, admin):
        answer = write(api, person, group, "1")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "archived")
    for method, path, body in (
        ("patch", f"/api/messages/{said.pk}", {"content": "other"}),
        ("patch", f"/api/conversations/{group.pk}", {"title": "Other"}),
        ("post", f"/api/conversations/{group.pk}/invites", {}),
    ):
        assert getattr(api(alice), method)(path, body).json()["errors"][0]["code"] == "archived", path
    assert api(alice).get(f"/api/conversations/{group.pk}/messages").status_code == 200
    assert api(alice).delete(f"/api/messages/{said.pk}").status_code == 204


def test_all_see_it_and_it_is_undone(api: Any, alice: User, bob: User, admin: User, group: Conversation) -> None:
    actions.set_archived(conversation_id=group.pk, by=admin, archived=True)
    shown = api(bob).get(f"/api/conversations/{group.pk}").json()
    assert (shown["archived"], shown["me"]["archived"], shown["locked"]) == (True, False, False)
    event = orjson.loads(Event.objects.filter(type="conversation.updated").latest("id").payload)
    assert (event["conversation"]["archived"], event["by"]) == (True, str(admin.pk))
    events = Event.objects.count()
    actions.set_archived(conversation_id=group.pk, by=admin, archived=True)
    assert Event.objects.count() == events
    actions.set_archived(conversation_id=group.pk, by=admin, archived=False)
    assert write(api, alice, group, "1").status_code == 201


def test_nobody_comes_in_by_an_invite(api: Any, alice: User, carol: User, admin: User, group: Conversation) -> None:
    invite = actions.create_invite(user=alice, conversation_id=group.pk, expires_at=None, max_uses=None)
    actions.set_archived(conversation_id=group.pk, by=admin, archived=True)
    assert api(carol).post(f"/api/invites/{invite.code}/accept").status_code == 404
    actions.set_archived(conversation_id=group.pk, by=admin, archived=False)
    actions.withdraw_invite(invite=Invite.objects.get())
    assert api(carol).post(f"/api/invites/{invite.code}/accept").status_code == 404
