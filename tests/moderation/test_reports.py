"""POST /api/messages/{id}/report, and what staff do about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from chat import actions
from chat.models import Message
from moderation.models import Report, State
from realtime.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def insult(alice: User, bob: User) -> Message:
    """What Bob said to Alice."""
    talk, _new = actions.open_direct(user=alice, partner=bob)
    return actions.send_message(sender=bob, conversation_id=talk.pk, client_id="1", content="You fool")[0]


def report(api: Any, person: User, message: Message, **body: Any) -> Any:
    return api(person).post(f"/api/messages/{message.pk}/report", {"reason": "harassment", **body}, format="json")


def test_alice_reports_what_bob_said(api: Any, alice: User, insult: Message) -> None:
    events = Event.objects.count()
    answer = report(api, alice, insult, note="Again.")
    assert answer.status_code == 201
    assert answer.json()["state"] == "open"
    kept = Report.objects.get()
    assert (kept.message, kept.reporter, kept.reason, kept.note) == (insult, alice, "harassment", "Again.")
    assert Event.objects.count() == events  # nobody is told


def test_twice_is_once_and_opens_it_again(api: Any, alice: User, insult: Message) -> None:
    first = report(api, alice, insult)
    Report.objects.update(state=State.DISMISSED)
    again = report(api, alice, insult, reason="spam")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (again.json()["reason"], again.json()["state"]) == ("spam", "open")


@pytest.mark.parametrize("body", [{"reason": "dull"}, {"reason": None}, {"note": "x" * 1001}, {"note": "a\0b"}])
def test_bad_requests(api: Any, alice: User, insult: Message, body: dict[str, Any]) -> None:
    assert report(api, alice, insult, **body).status_code == 400
    assert not Report.objects.exists()


def test_outsiders_learn_nothing_and_nobody_reports_themselves(
    api: Any, bob: User, carol: User, insult: Message
) -> None:
    assert report(api, carol, insult).status_code == 404
    assert report(api, carol, insult, reason="dull").status_code == 404
    assert report(api, bob, insult).json()["errors"][0]["code"] == "own_message"


def act(admin: User, action: str) -> None:
    client = Client()
    client.force_login(admin)
    selected = [str(pk) for pk in Report.objects.values_list("pk", flat=True)]
    answer = client.post("/admin/moderation/report/", {"action": action, "_selected_action": selected})
    assert answer.status_code == 302


def test_staff_remove_the_message_for_everybody(api: Any, alice: User, admin: User, insult: Message) -> None:
    report(api, alice, insult)
    act(admin, "remove_messages")
    insult.refresh_from_db()
    assert (insult.content, insult.deleted_at is not None) == ("", True)
    kept = Report.objects.get()
    assert (kept.state, kept.closed_by) == ("removed", admin)
    assert Event.objects.filter(type="message.deleted").exists()


def test_staff_dismiss_a_report(api: Any, alice: User, admin: User, insult: Message) -> None:
    report(api, alice, insult)
    act(admin, "dismiss_reports")
    insult.refresh_from_db()
    assert insult.content == "You fool"
    assert Report.objects.get().state == "dismissed"


def test_the_queue_and_a_report_can_be_read(api: Any, alice: User, admin: User, insult: Message) -> None:
    report(api, alice, insult)
    client = Client()
    client.force_login(admin)
    assert b"You fool" in client.get("/admin/moderation/report/").content
    assert b"You fool" in client.get(f"/admin/moderation/report/{Report.objects.get().pk}/change/").content
    assert client.get("/admin/moderation/report/add/").status_code == 403
