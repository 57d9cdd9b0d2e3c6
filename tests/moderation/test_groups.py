"""Who is in a group, what it is, and who may come in: by acts with a reason, live, in the audit log."""

from __future__ import annotations

import pytest

from accounts.models import User
from chat import actions as chat
from chat.models import Conversation, Invite, Participant
from moderation.models import Act, AuditEntry
from realtime.models import Event
from tests.conftest import Api
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(staff: dict[str, User]) -> User:
    return staff["Administrator"]


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    return chat.create_group(creator=alice, title="River Team", people=[bob])


def place(person: User, group: Conversation) -> Participant:
    return Participant.objects.get(user=person, conversation=group)


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-id")[0]


def last_line(group: Conversation) -> str:
    content: str = group.messages.latest("seq").content
    return content


def test_people_come_and_go(
    order: Ask, office: Office, api: Api, boss: User, carol: User, bob: User, group: Conversation
) -> None:
    page = f"/admin/chat/conversation/{group.pk}/change/"
    assert order(boss, Act.ADD_PEOPLE, group, people="Carol").status_code == 302
    assert api(carol).get(f"/api/conversations/{group.pk}").json()["me"]["role"] == "member"
    assert last_line(group) == "Staff added Carol Weiss"
    assert (last_entry().target_id, last_entry().after) == (str(group.pk), {"people": ["carol"]})
    assert "Remove: carol" in office(boss).get(page).content.decode()
    assert "Remove: carol" in office(boss).get(f"{page}?who=CAR").content.decode()
    assert "Remove: carol" not in office(boss).get(f"{page}?who=b&after=1").content.decode()
    answer = order(boss, Act.REMOVE_PERSON, place(carol, group), reason="Spams.")
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert Event.objects.filter(type="participant.removed").exists()
    assert last_line(group) == "Staff removed Carol Weiss"
    assert (last_entry().before, last_entry().reason) == ({"person": "carol", "role": "member"}, "Spams.")
    assert b"It is not there any more" in order(boss, Act.REMOVE_PERSON, place(carol, group)).content


def test_who_cannot_be_added(
    order: Ask, boss: User, admin: User, alice: User, carol: User, group: Conversation
) -> None:
    for people, text in (
        ("nobody", "Nobody is called so: nobody."),
        ("alice carol", "in it already"),
        ("administrator", "Nobody does that to themselves"),
        ("admin", "Only a superuser does that to staff"),
        (" , ", "required"),
        (" ".join(f"p{number}" for number in range(51)), "At most 50"),
    ):
        assert text in order(boss, Act.ADD_PEOPLE, group, people=people).content.decode(), people
    talk, _new = chat.open_direct(user=alice, partner=carol)
    assert b"exactly two people" in order(boss, Act.ADD_PEOPLE, talk, people="bob").content
    assert b"exactly two people" in order(boss, Act.REMOVE_PERSON, place(carol, talk)).content
    assert not AuditEntry.objects.exists()
    assert group.participants.count() == 2


def test_roles_and_the_last_admin(order: Ask, boss: User, alice: User, bob: User, group: Conversation) -> None:
    for act in (Act.REMOVE_PERSON, Act.SET_ROLE):
        assert b"the last admin" in order(boss, act, place(alice, group), role="member").content
    assert order(boss, Act.SET_ROLE, place(bob, group), role="admin").status_code == 302
    assert last_line(group) == "Staff made Bob Lindqvist admin"
    assert (last_entry().before["role"], last_entry().after) == ("member", {"person": "bob", "role": "admin"})
    assert order(boss, Act.REMOVE_PERSON, place(alice, group)).status_code == 302
    assert order(boss, Act.REMOVE_PERSON, place(bob, group)).status_code == 302
    group.refresh_from_db()
    assert group.deleted_at is not None


def test_settings_are_changed(order: Ask, office: Office, staff: dict[str, User], group: Conversation) -> None:
    moderator = staff["Moderator"]
    form = office(moderator).get(f"/admin/act/change/conversation/{group.pk}/").content.decode()
    assert 'value="River Team"' in form
    said = {"title": "Lake Team", "description": "", "history": "protected"}
    assert order(moderator, Act.CHANGE, group, **said).status_code == 302
    group.refresh_from_db()
    assert (group.title, group.history) == ("Lake Team", "protected")
    assert last_line(group) == "Staff named the group “Lake Team”"
    assert last_entry().before == {"title": "River Team", "history": "shared"}
    assert last_entry().after == {"title": "Lake Team", "history": "protected"}
    assert b"Control characters" in order(moderator, Act.CHANGE, group, **{**said, "title": "a\u202eb"}).content


def test_archiving(
    order: Ask, office: Office, api: Api, staff: dict[str, User], alice: User, group: Conversation
) -> None:
    moderator = staff["Moderator"]
    assert order(moderator, Act.ARCHIVE, group, reason="Over.").status_code == 302
    assert api(alice).get(f"/api/conversations/{group.pk}").json()["archived"] is True
    for state, is_listed in (("archived", True), ("locked", False), ("held", False), ("nonsense", True)):
        page = office(moderator).get(f"/admin/chat/conversation/?state={state}").content.decode()
        assert ("River Team" in page) is is_listed, state
    assert order(moderator, Act.UNARCHIVE, group).status_code == 302
    assert api(alice).get(f"/api/conversations/{group.pk}").json()["archived"] is False
    assert [(entry.act, entry.after) for entry in AuditEntry.objects.order_by("id")] == [
        ("archive", {"archived": True}),
        ("unarchive", {"archived": False}),
    ]


def test_invites(
    order: Ask, office: Office, api: Api, staff: dict[str, User], alice: User, carol: User, group: Conversation
) -> None:
    moderator = staff["Moderator"]
    invites = [
        chat.create_invite(user=alice, conversation_id=group.pk, expires_at=None, max_uses=uses) for uses in (1, None)
    ]
    for query in ("", "?q=alice", f"?q={group.pk}", "?live=yes"):
        page = office(moderator).get(f"/admin/chat/invite/{query}").content.decode()
        assert "lets people in" in page, query
        assert not any(invite.code in page for invite in invites)
    for query in ("?q=carol", "?live=no"):
        assert "lets people in" not in office(moderator).get(f"/admin/chat/invite/{query}").content.decode()
    page = office(moderator).get(f"/admin/chat/invite/{invites[0].pk}/change/").content.decode()
    assert invites[0].code not in page
    assert order(moderator, Act.REVOKE_INVITE, invites[0]).status_code == 302
    assert api(carol).post(f"/api/invites/{invites[0].code}/accept").status_code == 404
    body = {"action": "revoke", "_selected_action": [str(invites[1].pk)]}
    office(moderator).post("/admin/chat/invite/", body)
    assert Invite.objects.live().count() == 1
    office(moderator).post("/admin/chat/invite/", {**body, "reason": "Found in public."})
    assert Invite.objects.live().count() == 0
    assert [entry.reason for entry in AuditEntry.objects.order_by("id")] == ["Rule 3.", "Found in public."]
