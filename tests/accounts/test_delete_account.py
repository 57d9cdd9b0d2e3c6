"""DELETE /api/users/me"""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import activate, finish_departures
from accounts.models import Departure, Session, User
from chat import actions
from chat.models import Attachment, Draft, Message, Participant, Role, ScheduledMessage, Star
from notifications.follower import follow
from notifications.models import Notification, PushSubscription
from realtime.models import Event
from realtime.sequencer import look
from tests import files
from tests.accounts.conftest import Browser, Events, Login, bearer, error
from tests.conftest import PASSWORD, Api, Limits

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/api/users/me"


def leave_for_good(user: User, api: Api, messages: str = "keep") -> None:
    response = api(user).delete(ME, {"password": PASSWORD, "messages": messages})
    assert (response.status_code, response.content) == (204, b"")
    finish_departures()


def say(sender: User, conversation: Any, content: str) -> Message:
    return actions.send_message(
        sender=sender, conversation_id=conversation.pk, client_id=uuid.uuid4().hex, content=content
    )[0]


def test_every_device_is_out_at_once(
    alice: User, api: Api, login: Login, browser: Browser, anybody: APIClient, events: Events
) -> None:
    elsewhere = login(alice)
    browser.log_in(alice)
    leave_for_good(alice, api)
    assert bearer(elsewhere["access"]).get(ME).status_code == 401
    assert anybody.post("/api/auth/token/refresh", {"refresh": elsewhere["refresh"]}).status_code == 401
    assert not browser.is_logged_in
    sessions = Session.objects.filter(user=alice)
    assert {row.end_reason for row in sessions} == {"deleted"}
    assert {(row.user_agent, row.address) for row in sessions} == {("", None)}
    assert {each.topic for each in Event.objects.filter(type="auth.ended")} == {f"session:{row.pk}" for row in sessions}
    assert {each["reason"] for each in events("auth.ended")} == {"deleted"}
    refused = anybody.post("/api/auth/token", {"username": "alice", "password": PASSWORD})
    assert error(refused) == (401, "authentication_failed", None)


def test_a_browser_deletes_the_account_it_is_logged_in_with(alice: User, browser: Browser) -> None:
    browser.log_in(alice)
    body = {"password": PASSWORD, "messages": "keep"}
    assert browser.call("DELETE", ME, body, csrf=False).status_code == 403
    assert browser.call("DELETE", ME, body).status_code == 204
    assert not browser.is_logged_in


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"password": "wrong", "messages": "keep"}, "password_incorrect", "password"),
        ({"messages": "keep"}, "required", "password"),
        ({"password": PASSWORD, "messages": "burn"}, "invalid_choice", "messages"),
        ({"password": None}, "null", "password"),
    ],
)
def test_what_is_refused(alice: User, api: Api, body: dict[str, Any], code: str, attr: str) -> None:
    assert error(api(alice).delete(ME, body)) == (400, code, attr)
    alice.refresh_from_db()
    assert alice.is_active


def test_guessing_the_password_is_limited(alice: User, api: Api, limits: Limits) -> None:
    limits(logins="1/m burst 2")
    client = api(alice)
    wrong = {"password": "wrong", "messages": "keep"}
    statuses = [client.delete(ME, wrong).status_code for _ in range(3)]
    assert statuses == [400, 400, 429]


def test_nothing_shows_who_it_was(alice: User, bob: User, api: Api, events: Events, media: Path) -> None:
    api(alice).put("/api/users/me/avatar", {"file": files.upload(files.picture())}, format="multipart")
    api(alice).patch(ME, {"status_text": "At lunch", "time_zone": "Europe/Berlin"})
    group = actions.create_group(creator=bob, title="River Team", people=[alice])
    said = say(alice, group, "hello")
    assert list(media.rglob("avatars/*/*"))
    leave_for_good(alice, api)
    shown = api(bob).get(f"/api/users/{alice.pk}").json()
    public = {name: shown[name] for name in ("display_name", "avatar_url", "status_text", "last_seen_at")}
    assert public == {"display_name": "Deleted account", "avatar_url": None, "status_text": "", "last_seen_at": None}
    assert shown["username"].startswith("deleted-")
    assert events("user.updated", topic="everyone")[-1]["user"] == {
        name: value for name, value in shown.items() if name != "last_seen_at"
    }
    assert not list(media.rglob("avatars/*/*"))
    history = api(bob).get(f"/api/conversations/{group.pk}/messages").json()["results"]
    assert [each["content"] for each in history if each["id"] == str(said.pk)] == ["hello"]
    assert "alice" not in str(history).lower()  # and who left is noted without a name
    assert "Deleted account left" in [each["content"] for each in history]
    assert api(bob).get("/api/users").json()["results"] == [api(bob).get(f"/api/users/{bob.pk}").json()]
    alice.refresh_from_db()
    kept = (alice.email, alice.time_zone, alice.has_usable_password(), alice.is_active, alice.is_staff)
    assert kept == ("", "UTC", False, False, False)
    assert Departure.objects.get(user=alice).display_name == ""


def test_the_conversation_forgets_the_name_in_what_it_noted(alice: User, bob: User, api: Api) -> None:
    group = actions.create_group(creator=bob, title="River Team", people=[alice])
    actions.set_role(user=bob, conversation_id=group.pk, target_id=alice.pk, role=Role.MODERATOR)
    assert group.messages.filter(content="Bob Lindqvist made Alice Moreau moderator").exists()
    leave_for_good(alice, api)
    assert group.messages.filter(content="Bob Lindqvist made Deleted account moderator").exists()
    look()
    noted = Event.objects.filter(topic=f"conversation:{group.pk}", type="message.created")
    assert not [each for each in noted if "made Alice" in each.payload]


def test_the_name_is_nobodys_for_a_while(alice: User, api: Api, anybody: APIClient) -> None:
    leave_for_good(alice, api)
    wanted = {"username": "Alice", "password": "another fine password"}
    assert error(anybody.post("/api/auth/register", wanted)) == (400, "unique", "username")
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        finish_departures()
        assert anybody.post("/api/auth/register", wanted).status_code == 201


def test_who_looks_after_the_group(alice: User, bob: User, carol: User, api: Api) -> None:
    with_moderator = actions.create_group(creator=alice, title="One", people=[bob, carol])
    actions.set_role(user=alice, conversation_id=with_moderator.pk, target_id=carol.pk, role=Role.MODERATOR)
    without = actions.create_group(creator=alice, title="Two", people=[bob, carol])
    alone = actions.create_group(creator=alice, title="Three", people=[bob])
    actions.leave(user=bob, conversation_id=alone.pk)
    direct, _new = actions.open_direct(user=alice, partner=bob)
    leave_for_good(alice, api)
    roles = {
        group.title: {each.user.username: each.role for each in Participant.objects.active().filter(conversation=group)}
        for group in (with_moderator, without)
    }
    assert roles == {"One": {"bob": "member", "carol": "admin"}, "Two": {"bob": "admin", "carol": "member"}}
    alone.refresh_from_db()
    assert alone.deleted_at is not None
    assert api(bob).get(f"/api/conversations/{direct.pk}").status_code == 200  # what was said there is Bob's, too


def test_messages_are_removed_if_she_wants_that(alice: User, bob: User, api: Api, media: Path) -> None:
    direct, _new = actions.open_direct(user=alice, partner=bob)
    group = actions.create_group(creator=bob, title="River Team", people=[alice])
    theirs = say(bob, group, "hello")
    actions.add_reaction(user=alice, message_id=theirs.pk, emoji="👍")
    picture = actions.upload_attachment(owner=alice, file=files.upload(files.picture()), name="beach.jpg")
    for where in (direct, group):
        say(alice, where, "a word of mine")
    actions.send_message(sender=alice, conversation_id=group.pk, client_id="1", content="", attachment_ids=[picture.pk])
    leave_for_good(alice, api, "remove")
    look()
    said = Message.objects.filter(sender=alice).exclude(type="system")
    assert len(said) == 3
    assert {(each.content, each.deleted_at is None) for each in said} == {("", False)}
    assert not Attachment.objects.exists()
    assert not list(media.rglob("attachments/*/*"))
    assert api(bob).get(f"/api/messages/{theirs.pk}").json()["reactions"] == []
    assert not Event.objects.filter(payload__contains="a word of mine").exists()


def test_what_was_hers_alone_is_gone(alice: User, bob: User, api: Api) -> None:
    client = api(alice)
    direct, _new = actions.open_direct(user=alice, partner=bob)
    theirs = say(bob, direct, "hello")
    actions.set_star(user=alice, message_id=theirs.pk, starred=True)
    actions.save_draft(user=alice, conversation_id=direct.pk, content="half a thought", based_on=None)
    later = (timezone.now() + timedelta(days=1)).isoformat()
    body = {"conversation_id": str(direct.pk), "client_id": "2", "content": "a later thought", "send_at": later}
    assert client.post("/api/messages/scheduled", body).status_code == 201
    actions.upload_attachment(owner=alice, file=files.upload(files.picture()), name="beach.jpg")
    say(alice, direct, "hello Bob")
    look()
    follow()
    assert Notification.objects.filter(user=alice).exists()
    assert "Alice" in Notification.objects.get(user=bob).title
    leave_for_good(alice, api)
    for model in (Star, ScheduledMessage, Notification, PushSubscription):
        assert not model.objects.filter(user=alice).exists(), model
    assert not Draft.objects.exists()
    assert not Attachment.objects.filter(message=None).exists()
    (told,) = Notification.objects.filter(user=bob)
    assert (told.title, told.data["sender_name"]) == ("New message from Somebody", "")
    assert not Event.objects.filter(payload__contains="thought").exists()


def test_a_name_among_others_is_gone_too(alice: User, bob: User, carol: User, api: Api) -> None:
    group = actions.create_group(creator=bob, title="River Team", people=[alice, carol])
    for person in (alice, carol):
        say(person, group, "hello")
    look()
    follow()
    leave_for_good(alice, api)
    told = Notification.objects.get(user=bob, type="message.new")
    assert [each["name"] for each in told.data["senders"]] == [carol.display_name, ""]
    assert str(alice.pk) not in str(told.data)
    assert told.title == "2 new messages from Carol Weiss and Somebody in River Team"


def test_a_deleted_account_is_not_activated_again(alice: User, api: Api) -> None:
    leave_for_good(alice, api)
    alice.refresh_from_db()
    assert not activate(user=alice).is_active


def test_a_worker_that_was_killed_is_taken_over_from(alice: User, bob: User, api: Api, monkeypatch: Any) -> None:
    group = actions.create_group(creator=bob, title="River Team", people=[alice])
    say(alice, group, "one")
    say(alice, group, "two")

    def killed(**_about: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr("chat.actions.departing.remove_message", killed)
        leave_for_good(alice, api, "remove")
        assert Departure.objects.get().finished_at is None
    finish_departures()
    assert Departure.objects.get().finished_at is not None
    assert not Message.objects.filter(sender=alice, deleted_at=None).exclude(type="system").exists()
