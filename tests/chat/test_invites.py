"""/api/conversations/{id}/invites…, /api/invites/{code}…, and the page /i/{code}"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, History, Invite, Message, Participant, Role
from realtime.models import Event
from realtime.sequencer import look
from tests.chat.client import events_for
from tests.conftest import PASSWORD

Api = Callable[[User], APIClient]


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    """Alice is its admin, Bob a member; Carol is outside."""
    return actions.create_group(creator=alice, title="River Team", people=[bob])


def url(group: Conversation) -> str:
    return f"/api/conversations/{group.pk}/invites"


def make(group: Conversation, **wanted: Any) -> str:
    wanted = {"expires_at": None, "max_uses": None, **wanted}
    admin = Participant.objects.get(conversation=group, role=Role.ADMIN).user
    return actions.create_invite(user=admin, conversation_id=group.pk, **wanted).code


def accept(client: APIClient, code: str) -> Any:
    return client.post(f"/api/invites/{code}/accept")


def codes(client: APIClient, group: Conversation) -> list[str]:
    return [each["code"] for each in client.get(url(group)).json()["results"]]


@pytest.mark.django_db
def test_joining_by_a_link(api: Api, alice: User, carol: User, group: Conversation, settings: Settings) -> None:
    settings.BASE_URL = "https://chat.example.org"
    made = api(alice).post(url(group), {"expires_in_hours": 2, "max_uses": 3}, format="json")
    assert made.status_code == 201
    invite = made.json()
    assert invite["url"] == f"https://chat.example.org/i/{invite['code']}"
    assert (invite["uses"], invite["uses_left"], invite["created_by"]) == (0, 3, str(alice.pk))
    expires_at = parse_datetime(invite["expires_at"])
    assert expires_at is not None
    assert timedelta(minutes=119) < expires_at - timezone.now() <= timedelta(hours=2)
    preview = api(carol).get(f"/api/invites/{invite['code']}").json()
    assert preview == {"title": "River Team", "participant_count": 2, "avatar_url": None}
    joined = [accept(api(carol), invite["code"]) for _ in range(2)]
    assert [answer.status_code for answer in joined] == [200, 200]
    assert joined[0].json()["id"] == str(group.pk)
    assert (joined[0].json()["me"]["role"], joined[0].json()["participant_count"]) == ("member", 3)
    assert group.messages.get().content == "Carol Weiss joined by an invite link"
    (listed,) = api(alice).get(url(group)).json()["results"]
    assert (listed["uses"], listed["uses_left"]) == (1, 2)
    look()
    assert [kind for kind, _data in events_for(carol, "x.0")] == [
        "conversation.created",
        "participant.added",
        "message.created",
    ]
    assert Event.objects.filter(type="participant.added").count() == 1


@pytest.mark.django_db
def test_what_is_left_out_means_a_week_and_anybody(api: Api, alice: User, group: Conversation) -> None:
    invite = api(alice).post(url(group)).json()
    assert invite["url"] == f"http://testserver/i/{invite['code']}"
    assert (invite["max_uses"], invite["uses_left"]) == (None, None)
    assert len(invite["code"]) == 24  # 144 bits
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23), tick=False):
        assert codes(api(alice), group) == [invite["code"]]
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=False):
        assert not Invite.objects.live().exists()
    for_ever = api(alice).post(url(group), {"expires_at": None}, format="json").json()
    assert for_ever["expires_at"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        {"max_uses": 0},
        {"max_uses": -1},
        {"max_uses": "many"},
        {"max_uses": 10**30},
        {"expires_in_hours": 0},
        {"expires_in_hours": 10**9},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59Z"},
        {"expires_at": "soon"},
        {"expires_at": "2027-01-01T00:00:00Z", "expires_in_hours": 2},
        [],
    ],
)
def test_invites_that_make_no_sense(api: Api, alice: User, group: Conversation, body: Any) -> None:
    assert api(alice).post(url(group), body, format="json").status_code == 400
    assert not Invite.objects.exists()


@pytest.mark.django_db
def test_moderators_and_admins_invite(api: Api, alice: User, bob: User, carol: User, group: Conversation) -> None:
    code = make(group)
    for person, status in ((bob, 403), (carol, 404)):
        client = api(person)
        answers = [client.post(url(group)), client.get(url(group)), client.delete(f"{url(group)}/{code}")]
        assert [answer.status_code for answer in answers] == [status] * 3
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    assert api(bob).post(url(group)).status_code == 201
    assert len(codes(api(bob), group)) == 2


@pytest.mark.django_db
def test_nobody_joins_a_direct_conversation(api: Api, alice: User, talk: Conversation) -> None:
    client = api(alice)
    answers = [client.post(url(talk)), client.get(url(talk)), client.delete(f"{url(talk)}/nonsense")]
    assert [answer.status_code for answer in answers] == [409] * 3


@pytest.mark.django_db
def test_what_lets_nobody_in_looks_like_what_never_was(
    api: Api, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    expired = make(group, expires_at=timezone.now() + timedelta(hours=1))
    Invite.objects.filter(code=expired).update(expires_at=timezone.now())
    used_up = make(group, max_uses=1)
    accept(api(carol), used_up)
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=carol.pk)
    revoked = make(group)
    assert [api(alice).delete(f"{url(group)}/{revoked}").status_code for _ in range(2)] == [204, 204]
    gone = make(actions.create_group(creator=alice, title="Gone", people=[bob]))
    actions.delete_group(user=alice, conversation_id=Invite.objects.get(code=gone).conversation_id)
    assert codes(api(alice), group) == []
    answers = [accept(api(carol), code) for code in (expired, used_up, revoked, gone, "nonsense")]
    previews = [api(carol).get(f"/api/invites/{code}") for code in (expired, used_up, revoked, gone, "nonsense")]
    assert {answer.status_code for answer in answers + previews} == {404}
    assert len({answer.content for answer in answers + previews}) == 1
    assert api(alice).delete(f"{url(group)}/nonsense").status_code == 404


@pytest.mark.django_db
def test_who_is_in_already_uses_nothing_up(api: Api, bob: User, carol: User, group: Conversation) -> None:
    code = make(group, max_uses=1)
    assert accept(api(bob), code).status_code == 200
    assert accept(api(carol), code).status_code == 200
    assert accept(api(carol), code).status_code == 200  # the answer to the first may have been lost
    assert Invite.objects.get().uses == 1


@pytest.mark.django_db
def test_the_history_stays_protected(api: Api, say: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="Past", people=[bob], history=History.PROTECTED)
    say(alice, group, "before")
    assert accept(api(carol), make(group)).status_code == 200
    shown = api(carol).get(f"/api/conversations/{group.pk}/messages").json()["results"]
    assert [message["content"] for message in shown] == ["Carol Weiss joined by an invite link"]


@pytest.mark.django_db
def test_too_many_invites(api: Api, alice: User, group: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.actions.invites.MAX_INVITES", 1)
    assert [api(alice).post(url(group)).status_code for _ in range(2)] == [201, 409]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_the_last_use_one_gets_it(api: Api, group: Conversation) -> None:
    code = make(group, max_uses=1)
    people = [User.objects.create_user(f"person{number}", None) for number in range(8)]
    clients = [api(person) for person in people]

    def join(client: APIClient) -> int:
        try:
            return int(accept(client, code).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(join, clients)) == [200] + [404] * 7
    assert Participant.objects.filter(conversation=group).count() == 3
    assert Invite.objects.get().uses == 1


# --- the page ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_page_of_an_invite(alice: User, carol: User, group: Conversation) -> None:
    code = make(group)
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"/i/{code}")["Location"] == f"/login?next=/i/{code}"
    for door, other in (("login", "signup"), ("signup", "login")):
        shown = client.get(f"/{door}?next=/i/{code}").content.decode()
        assert f"/{other}?next=/i/{code}" in shown
        assert "You are invited to a group" in shown
        assert "River Team" not in shown
        assert "You are invited" not in client.get(f"/{door}?next=/people").content.decode()
    client.force_login(carol)
    page = client.get(f"/i/{code}")
    assert page.status_code == 200
    assert "River Team" in page.content.decode()
    assert client.post(f"/i/{code}").status_code == 403
    token = client.cookies["csrftoken"].value
    joined = client.post(f"/i/{code}", {"csrfmiddlewaretoken": token})
    assert (joined.status_code, joined["Location"]) == (302, f"/c/{group.pk}")
    assert client.get(f"/i/{code}")["Location"] == f"/c/{group.pk}"
    assert client.get("/i/nonsense").status_code == 404


@pytest.mark.django_db
def test_a_title_is_text(client: Client, alice: User, bob: User, carol: User) -> None:
    code = make(actions.create_group(creator=alice, title="<script>alert(1)</script>", people=[bob]))
    client.force_login(carol)
    assert b"<script>alert" not in client.get(f"/i/{code}").content


# --- signing up by one ------------------------------------------------------------------------------------------------
def register(**more: Any) -> Any:
    body = {"username": "dora", "password": PASSWORD, "display_name": "Dora Lindt", **more}
    return APIClient().post("/api/auth/register", body, format="json")


@pytest.mark.django_db
def test_where_sign_up_needs_an_invite(group: Conversation, settings: Settings) -> None:
    settings.SIGNUP = "invite"
    code = make(group, max_uses=1)
    for refused in (register(), register(invite=""), register(invite="nonsense")):
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["code"] == "signup_closed"
    assert register(invite=["x"]).status_code == 400
    assert not User.objects.filter(username="dora").exists()
    assert register(invite=code).status_code == 201
    dora = User.objects.get(username="dora")
    assert Participant.objects.active().filter(conversation=group, user=dora).exists()
    assert Message.objects.get(conversation=group).content == "Dora Lindt joined by an invite link"
    assert register(username="emil", invite=code).status_code == 403
    settings.SIGNUP = "closed"
    assert register(username="emil", invite=make(group)).status_code == 403


@pytest.mark.django_db
def test_an_invite_where_sign_up_is_open(group: Conversation) -> None:
    refused = register(invite="nonsense")
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "invite")
    assert register(invite=make(group)).status_code == 201
    assert group.participants.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("signup", ["open", "invite"])
def test_from_the_link_over_sign_up_into_the_group(
    client: Client, group: Conversation, settings: Settings, signup: str
) -> None:
    settings.SIGNUP = signup
    code = make(group)
    form = client.get(f"/signup?next=/i/{code}").content.decode()
    assert f'name="next" value="/i/{code}"' in form
    body = {"username": "dora", "password": PASSWORD, "display_name": "", "next": f"/i/{code}"}
    answer = client.post("/signup", body)
    assert answer["Location"] == f"/i/{code}"
    there = client.get(answer["Location"])
    assert there.status_code == (302 if signup == "invite" else 200)


@pytest.mark.django_db
def test_signing_up_by_a_link_that_lets_nobody_in(client: Client, group: Conversation, settings: Settings) -> None:
    settings.SIGNUP = "invite"
    body = {"username": "dora", "password": PASSWORD, "display_name": "", "next": "/i/nonsense"}
    answer = client.post("/signup", body)
    assert "not valid, or no longer" in answer.content.decode()
    for target in ("", "/people", "/nowhere", "https://evil.example/i/x"):
        assert client.post("/signup", {**body, "next": target}).status_code == 403
    assert not User.objects.filter(username="dora").exists()
