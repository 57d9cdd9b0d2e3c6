"""/admin/moderation/broadcast/, `broadcast.created`, GET /api/broadcasts, and a notification for everybody."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from chat import actions as chat
from moderation.actions import broadcasts as telling
from moderation.actions import send_due_broadcasts, tell_broadcasts
from moderation.models import Act, AuditEntry, Broadcast
from notifications.models import Notification
from realtime import topics
from realtime.models import Event
from tests.conftest import Api
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

PATH = "/admin/moderation/broadcast/"


def write(office: Office, admin: User, **more: str) -> Broadcast:
    body = {"title": "Maintenance", "content": "Tonight at ten.", "level": "warning", "conversation": "", **more}
    answer = office(admin).post(f"{PATH}add/", body)
    assert answer.status_code == 302, answer.content[:2000]
    return Broadcast.objects.latest("id")


def test_a_draft_is_sent_to_everybody_once(
    office: Office, order: Ask, api: Api, admin: User, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PEOPLE_AT_ONCE", 2)
    draft = write(office, admin)
    assert (draft.state, draft.created_by) == ("draft", admin)
    assert not Event.objects.filter(type="broadcast.created").exists()
    for _ in range(2):
        assert order(admin, Act.BROADCAST, draft, reason="The disk is changed.").status_code == 302
    event = Event.objects.get(type="broadcast.created")
    told = orjson.loads(event.payload)
    assert event.topic == topics.EVERYONE
    assert (told["id"], told["title"], told["level"]) == (str(draft.pk), "Maintenance", "warning")
    for _ in range(2):
        tell_broadcasts()
    notes = Notification.objects.filter(type="broadcast")
    assert {note.user_id for note in notes} == {admin.pk, alice.pk, bob.pk}
    assert (len(notes), notes[0].title, notes[0].text) == (3, "Maintenance", "Tonight at ten.")
    assert api(alice).get("/api/broadcasts").json()["results"] == [told]
    assert AuditEntry.objects.get(act="broadcast").reason == "The disk is changed."


def test_at_its_time(office: Office, admin: User) -> None:
    soon = timezone.now() + timedelta(hours=1)
    planned = write(office, admin, send_at_0=f"{soon:%Y-%m-%d}", send_at_1=f"{soon:%H:%M:%S}")
    assert planned.state == "scheduled"
    send_due_broadcasts()
    assert not Event.objects.filter(type="broadcast.created").exists()
    with time_machine.travel(soon + timedelta(seconds=1)):
        send_due_broadcasts()
        send_due_broadcasts()
    assert Event.objects.filter(type="broadcast.created").count() == 1


def test_to_a_group_alone(
    office: Office, order: Ask, api: Api, admin: User, alice: User, bob: User, carol: User
) -> None:
    group = chat.create_group(creator=alice, title="River Team", people=[bob])
    order(admin, Act.BROADCAST, write(office, admin, conversation=str(group.pk)))
    tell_broadcasts()
    assert Event.objects.get(type="broadcast.created").topic == topics.conversation(group.pk)
    assert set(Notification.objects.filter(type="broadcast").values_list("user", flat=True)) == {alice.pk, bob.pk}
    assert len(api(bob).get("/api/broadcasts").json()["results"]) == 1
    assert api(carol).get("/api/broadcasts").json()["results"] == []


def test_what_was_sent_stays(office: Office, order: Ask, admin: User) -> None:
    sent = write(office, admin)
    order(admin, Act.BROADCAST, sent)
    assert office(admin).post(f"{PATH}{sent.pk}/change/", {"title": "Other"}).status_code == 403
    assert office(admin).post(f"{PATH}{sent.pk}/delete/", {"post": "yes"}).status_code == 403
    assert office(admin).get(f"{PATH}{sent.pk}/change/").status_code == 200
