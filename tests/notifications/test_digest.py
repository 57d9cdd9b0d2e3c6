"""Mails of what was missed; sent to a real SMTP server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Mail, Session, User
from accounts.posting import send_mails
from chat import actions as chat_actions
from chat.models import Conversation
from notifications.actions import queue_digests
from notifications.follower import follow
from notifications.models import Notification, Preferences
from realtime.sequencer import look
from tests.conftest import Api
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)

PREFERENCES = "/api/notifications/preferences"
START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # a Tuesday
Say = Callable[[str], Any]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def say(alice: User, bob: User, clock: time_machine.Traveller) -> Say:
    """Alice says something to Bob."""
    talk: Conversation = chat_actions.open_direct(user=alice, partner=bob)[0]

    def said(content: str) -> Any:
        message, _new = chat_actions.send_message(
            sender=alice, conversation_id=talk.pk, client_id=content, content=content
        )
        look()
        follow()
        return message

    return said


@pytest.fixture
def away(bob: User, api: Api, mailbox: Mailbox, clock: time_machine.Traveller) -> User:
    """Bob wants hourly mails, and left two hours ago."""
    bob.email = "bob@example.org"
    bob.save()
    assert api(bob).put(PREFERENCES, {"email_digest": "hourly"}).json()["email_digest"] == "hourly"
    clock.shift(timedelta(hours=2))
    return bob


def work() -> None:
    queue_digests()
    send_mails()


def test_what_was_missed_comes_by_mail(away: User, say: Say, mailbox: Mailbox) -> None:
    message = say("Are you <there>?")
    work()
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Subject"]) == ("bob@example.org", "New message from Alice Moreau")
    assert "Are you <there>?" in mailbox.text_of()
    assert "Are you &lt;there&gt;?" in mailbox.html_of()
    assert "prefers-color-scheme: dark" in mailbox.html_of()
    assert f"https://chat.example.org/c/{message.conversation_id}/{message.seq}" in mailbox.text_of()
    work()
    assert len(mailbox.mails) == 1


def test_at_most_hourly_and_nothing_twice(
    away: User, say: Say, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    say("one")
    work()
    clock.shift(timedelta(minutes=1))
    say("two")
    clock.shift(timedelta(minutes=58))
    work()
    assert len(mailbox.mails) == 1
    clock.shift(timedelta(minutes=1))
    work()
    assert len(mailbox.mails) == 2
    clock.shift(timedelta(hours=5))
    work()  # still unread, but told
    assert len(mailbox.mails) == 2


def test_not_what_was_read_meanwhile(away: User, say: Say, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    message = say("one")
    queue_digests()
    assert Mail.objects.count() == 1
    chat_actions.mark_read(user=away, conversation_id=message.conversation_id, seq=message.seq)
    look()
    follow()
    send_mails()
    assert (mailbox.mails, Mail.objects.count()) == ([], 0)


def test_not_while_somebody_is_here(away: User, say: Say, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    say("one")
    Session.objects.filter(user=away).update(last_seen_at=START + timedelta(hours=1, minutes=45))
    work()
    assert mailbox.mails == []
    clock.shift(timedelta(minutes=15))
    work()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("digest", "time_zone", "last", "due"),
    [
        # 14:00 in Berlin: 7:00 there was 6:00 UTC
        ("daily", "Europe/Berlin", datetime(2026, 3, 10, 5, 0, tzinfo=UTC), True),
        ("daily", "Europe/Berlin", datetime(2026, 3, 10, 6, 30, tzinfo=UTC), False),
        ("daily", "America/New_York", datetime(2026, 3, 10, 10, 30, tzinfo=UTC), True),  # 7:00 there is 11:00 UTC
        ("daily", "America/New_York", datetime(2026, 3, 10, 11, 30, tzinfo=UTC), False),
        ("weekly", "UTC", datetime(2026, 3, 9, 6, 0, tzinfo=UTC), True),  # Monday
        ("weekly", "UTC", datetime(2026, 3, 9, 8, 0, tzinfo=UTC), False),
        ("never", "UTC", datetime(2026, 3, 1, tzinfo=UTC), False),
    ],
)
def test_when_the_clock_on_the_wall_says_so(
    away: User, say: Say, api: Api, mailbox: Mailbox, digest: str, time_zone: str, last: datetime, due: bool
) -> None:
    quiet = {"time_zone": time_zone}
    set_to = api(away).put(PREFERENCES, {"email_digest": digest, "email_digest_hour": 7, "quiet_hours": quiet}).json()
    assert (set_to["email_digest"], set_to["email_digest_hour"]) == (digest, 7)
    Session.objects.filter(user=away).delete()
    Preferences.objects.update(digest_at=last)
    say("one")
    work()
    assert len(mailbox.mails) == due


def test_no_mail_rings_at_night(
    away: User, say: Say, api: Api, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    night = {"enabled": True, "start": "12:00", "end": "16:00", "time_zone": "Europe/Berlin"}  # it is 15:00 there
    until = START + timedelta(hours=4)
    api(away).put(PREFERENCES, {"quiet_hours": night, "snooze_until": until.isoformat()})
    Session.objects.filter(user=away).delete()
    say("one")
    work()
    clock.move_to(until - timedelta(seconds=1))
    work()
    assert mailbox.mails == []
    clock.move_to(until)
    work()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("hour", [-1, 24, "x", None])
def test_no_such_hour(bob: User, api: Api, hour: Any) -> None:
    assert api(bob).put(PREFERENCES, {"email_digest_hour": hour}).status_code == 400


def test_only_what_one_wants_by_mail(away: User, say: Say, api: Api, mailbox: Mailbox) -> None:
    api(away).put(PREFERENCES, {"levels": {"message.new": {"mail": False}}})
    Session.objects.filter(user=away).delete()
    say("one")
    work()
    assert mailbox.mails == []


def test_nothing_without_an_address(away: User, say: Say, mailbox: Mailbox) -> None:
    User.objects.filter(pk=away.pk).update(email="")
    say("one")
    work()
    assert (mailbox.mails, Mail.objects.count()) == ([], 0)


def test_one_click_ends_it(away: User, say: Say, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    say("one")
    work()
    mail = mailbox.mails[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip(" <>")
    assert link in mailbox.text_of()
    path = link.removeprefix("https://chat.example.org")
    program = Client(enforce_csrf_checks=True)  # of mail: no cookies, no log-in
    assert program.get(path).status_code == 200
    assert Preferences.objects.get().email_digest == "hourly"
    answer = program.post(path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert Preferences.objects.get().email_digest == "never"
    assert program.post(f"{path}x").status_code == 404
    say("two")
    clock.shift(timedelta(hours=2))
    work()
    assert len(mailbox.mails) == 1


def test_killed_after_queueing_it_is_sent_once(away: User, say: Say, mailbox: Mailbox) -> None:
    say("one")
    queue_digests()  # and killed: the next worker finds the row
    queue_digests()
    assert Mail.objects.filter(kind="digest").count() == 1
    send_mails()
    work()
    assert len(mailbox.mails) == 1


def test_many_are_one_mail(away: User, say: Say, mailbox: Mailbox, bob: User, carol: User) -> None:
    for number in range(60):
        group = chat_actions.create_group(creator=carol, title=f"Group {number}", people=[bob])
    look()
    follow()
    assert Notification.objects.filter(user=bob).count() == 60
    work()
    (mail,) = mailbox.mails
    assert mail["Subject"] == "60 things you missed"
    assert "And 10 more." in mailbox.text_of()
    assert f"/c/{group.pk}" in mailbox.text_of()


def test_why_tells_of_the_mail(away: User, say: Say, api: Api, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    message = say("one")
    queue_digests()
    assert _why(away, message, api) == "queued"
    send_mails()
    assert _why(away, message, api) == "mailed"
    clock.shift(1)
    other = say("two")
    assert _why(away, other, api) == "waiting"
    chat_actions.mark_read(user=away, conversation_id=other.conversation_id, seq=other.seq)
    look()
    follow()
    assert _why(away, other, api) == "read"
    api(away).put(PREFERENCES, {"email_digest": "never"})
    assert _why(away, say("three"), api) == "off"


def _why(user: User, message: Any, api: Api) -> str:
    answer = api(user).get(f"/api/notifications/why?message_id={message.pk}").json()["mail"]
    assert answer["detail"]
    outcome: str = answer["outcome"]
    return outcome
