"""POST /api/messages/{id}/report, and the same of people and conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from chat.models import Message
from moderation import actions as moderation
from moderation.models import Reason, Report, State
from realtime.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


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


@pytest.mark.parametrize("noun", ["users", "conversations"])
def test_people_and_conversations_are_reported_alike(
    api: Any, alice: User, bob: User, insult: Message, noun: str
) -> None:
    target = bob.pk if noun == "users" else insult.conversation_id
    path = f"/api/{noun}/{target}/report"
    first = api(alice).post(path, {"reason": "violence", "note": "Look."})
    assert (first.status_code, api(alice).post(path, {"reason": "spam"}).status_code) == (201, 200)
    assert first.json()[f"{noun[:-1]}_id"] == str(target)
    assert first.json()["message_id"] is None
    assert api(alice).post(path, {"reason": "dull"}).status_code == 400
    assert Report.objects.get().reason == "spam"


def test_who_and_what_cannot_be_reported(api: Any, alice: User, carol: User, insult: Message) -> None:
    spam = {"reason": "spam"}
    assert api(alice).post(f"/api/users/{alice.pk}/report", spam).json()["errors"][0]["code"] == "oneself"
    assert api(alice).post(f"/api/users/{insult.pk}/report", spam).status_code == 404
    assert api(carol).post(f"/api/conversations/{insult.conversation_id}/report", spam).status_code == 404
    assert not Report.objects.exists()


def test_what_is_urgent_is_due_sooner(alice: User, bob: User, insult: Message) -> None:
    with time_machine.travel(NOON, tick=False):
        slow, _new = moderation.report_message(user=alice, message_id=insult.pk, reason=Reason.SPAM)
        soon, _new = moderation.report_user(user=alice, target=bob, reason=Reason.VIOLENCE)
    assert (slow.due_at - NOON, soon.due_at - NOON) == (timedelta(hours=24), timedelta(hours=6))
