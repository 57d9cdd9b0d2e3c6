"""GET and PUT /api/notifications/preferences: who is told of what, and when not"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from chat import actions
from chat.models import Conversation
from notifications.models import Channel, Preferences, Type
from realtime.models import Event
from tests.notifications.conftest import beat, summary

pytestmark = pytest.mark.django_db

PATH = "/api/notifications/preferences"


def put(client: Any, **changes: Any) -> Any:
    return client.put(PATH, changes, format="json")


def why(client: Any, message: Any) -> Any:
    answer = client.get("/api/notifications/why", {"message_id": str(message.pk)})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_what_holds_before_anything_is_set(api: Any, bob: User) -> None:
    preferences = api(bob).get(PATH).json()
    assert set(preferences["levels"]) == set(Type.values)
    assert all(set(channels) == set(Channel.values) for channels in preferences["levels"].values())
    assert preferences["levels"]["message.new"] == {
        "in_app": True,
        "browser": True,
        "push": True,
        "mail": False,
        "sound": False,
    }
    assert preferences["quiet_hours"] == {"enabled": False, "start": "22:00", "end": "07:00", "time_zone": "UTC"}
    assert (preferences["snooze_until"], preferences["keywords"], preferences["email_digest"]) == (None, [], "never")
    assert (preferences["receipts"], preferences["typing"], preferences["push_content"]) == (True, True, True)


def test_what_is_left_out_stays(api: Any, bob: User) -> None:
    put(api(bob), levels={"reaction": {"sound": True}}, keywords=["harbour"])
    changed = put(api(bob), levels={"reaction": {"in_app": False}}, quiet_hours={"enabled": True}).json()
    assert changed["levels"]["reaction"]["sound"] is True
    assert changed["levels"]["reaction"]["in_app"] is False
    assert changed["keywords"] == ["harbour"]
    assert changed["quiet_hours"]["start"] == "22:00"
    assert api(bob).get(PATH).json() == changed


def test_receipts_typing_and_time_zone_are_those_of_the_account(api: Any, bob: User) -> None:
    put(api(bob), receipts=False, quiet_hours={"time_zone": "Europe/Berlin"})
    me = api(bob).get("/api/users/me").json()
    assert (me["preferences"], me["time_zone"]) == ({"receipts": False, "typing": True}, "Europe/Berlin")
    api(bob).patch("/api/users/me", {"preferences": {"typing": False}}, format="json")
    shown = api(bob).get(PATH).json()
    assert (shown["receipts"], shown["typing"]) == (False, False)


def test_other_devices_hear_of_it_once(api: Any, bob: User) -> None:
    for _ in range(2):
        changed = put(api(bob), keywords=["harbour"]).json()
    (event,) = Event.objects.filter(type="me.updated", topic=f"user:{bob.pk}")
    assert orjson.loads(event.payload) == {"notification_preferences": changed}


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": {"message.new": {"in_app": "maybe"}}},
        {"levels": {"message.new": True}},
        {"levels": []},
        {"quiet_hours": {"start": "25:00"}},
        {"quiet_hours": {"start": "noon"}},
        {"quiet_hours": {"time_zone": "Mars/Olympus"}},
        {"snooze_until": "soon"},
        {"keywords": "harbour"},
        {"keywords": [""]},
        {"keywords": ["x" * 51]},
        {"keywords": [7]},
        {"keywords": ["a\u0000b"]},
        {"keywords": ["x"] * 51},
        {"email_digest": "yearly"},
        {"receipts": "maybe"},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(api: Any, bob: User, changes: Any) -> None:
    before = api(bob).get(PATH).json()
    assert put(api(bob), **{"push_content": False, **changes}).status_code == 400
    assert api(bob).get(PATH).json() == before


def test_a_type_that_is_off(api: Any, of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    put(api(bob), levels={"message.new": {"in_app": False}})
    message = say(alice, talk)
    assert of(bob) == []
    answer = why(api(bob), message)
    assert (answer["notified"], answer["steps"][-1]["step"]) == (False, "preference")
    say(alice, talk, "@bob")
    assert [each["type"] for each in of(bob)] == ["mention"]


def own(person: User, conversation: Conversation, **changes: Any) -> None:
    actions.set_own(user=person, conversation_id=conversation.pk, changes=changes)


def test_levels_of_a_conversation(
    api: Any, of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    own(bob, group, notification_level="mentions")
    own(carol, group, notification_level="none")
    message = say(alice, group, "hello")
    assert (of(bob), of(carol)) == ([], [])
    assert why(api(bob), message)["steps"][-1]["step"] == "level"
    say(alice, group, "@bob @carol")
    assert ([each["type"] for each in of(bob)], of(carol)) == (["mention"], [])


def test_a_muted_conversation(api: Any, of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    own(bob, talk, muted_until=timezone.now() + timedelta(hours=1))
    message = say(alice, talk)
    assert of(bob) == []
    assert why(api(bob), message)["steps"][-1]["step"] == "muted"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        say(alice, talk)
        assert [each["count"] for each in of(bob)] == [1]


def test_being_removed_is_told_even_to_who_wants_nothing(of: Any, alice: User, bob: User, group: Conversation) -> None:
    own(bob, group, notification_level="none", muted_until=timezone.now() + timedelta(days=1))
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert [each["type"] for each in of(bob)] == ["group.member_removed"]


def test_whoever_is_blocked_notifies_nobody(
    api: Any, of: Any, say: Any, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    actions.block(user=bob, target=carol)
    mine = say(bob, group)
    message = say(carol, group, "@bob")
    actions.add_reaction(user=carol, message_id=mine.pk, emoji="👍")
    assert of(bob) == []
    assert why(api(bob), message)["steps"][-1]["step"] == "blocked"
    assert len(of(alice)) == 1


def test_who_looks_at_the_conversation_needs_no_notification(
    api: Any, of: Any, say: Any, alice: User, bob: User, talk: Conversation, group: Conversation
) -> None:
    device = api(bob)
    beat(device, "online", talk)
    message = say(alice, talk)
    say(alice, group)
    assert [each["data"]["conversation_id"] for each in of(bob)] == [str(group.pk)]
    answer = why(api(bob), message)
    assert (answer["notified"], answer["steps"][-1]["step"]) == (False, "active")
    beat(device, "away", talk)
    say(alice, talk)
    assert len(of(bob)) == 2
    assert why(api(bob), message)["steps"][-1]["step"] == "active", "as it was then"


def test_what_was_read_meanwhile(of: Any, api: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
    assert of(bob) == []
    assert why(api(bob), message)["steps"][-1]["step"] == "unread"


def test_keywords_count_as_being_named(api: Any, of: Any, say: Any, alice: User, bob: User, group: Any) -> None:
    put(api(bob), keywords=["Café", "c++"])
    say(alice, group, "to the scafé")
    say(alice, group, "to the CAFÉ!")
    assert summary(of(bob))[0] == ("mention", "Alice Moreau wrote “Café” in River Team", "to the CAFÉ!")
    own(bob, group, notification_level="mentions")
    say(alice, group, "in C++, too")
    assert {each["type"]: each["count"] for each in of(bob)} == {"mention": 2, "message.new": 1}


def test_in_quiet_hours_nothing_interrupts(
    api: Any, of: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    put(api(bob), quiet_hours={"enabled": True, "start": "22:00", "end": "07:00", "time_zone": "Europe/Berlin"})
    with time_machine.travel(datetime(2026, 1, 15, 21, 30, tzinfo=UTC)):
        message = say(alice, talk)
        assert len(of(bob)) == 1
    answer = why(api(bob), message)
    assert (answer["notified"], answer["hush"]) == (True, "quiet_hours")
    assert [channel for channel, told in answer["channels"].items() if told] == ["in_app"]


def test_snoozing(api: Any, of: Any, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    until = timezone.now() + timedelta(hours=1)
    put(api(bob), snooze_until=until.isoformat())
    message = say(alice, talk)
    assert len(of(bob)) == 1
    assert why(api(bob), message)["hush"] == "snoozed"
    with time_machine.travel(until + timedelta(seconds=1)):
        message = say(alice, talk)
        of(bob)
        answer = why(api(bob), message)
    assert answer["hush"] is None
    assert answer["channels"] == {"in_app": True, "browser": True, "push": True, "mail": False, "sound": False}
    assert all(step["passed"] for step in answer["steps"])
    assert len(answer["steps"]) == 9


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-03-29T00:59:00Z", True),  # 01:59, and a minute later it is three
        ("2026-03-29T01:00:00Z", False),  # 03:00: half past two never comes
        ("2026-10-25T00:29:00Z", True),  # 02:29 for the first time
        ("2026-10-25T00:30:00Z", False),  # 02:30: over
        ("2026-10-25T01:15:00Z", True),  # 02:15 for the second time
        ("2026-01-15T22:59:00Z", False),  # 23:59 in winter
        ("2026-01-15T23:00:00Z", True),
        ("2026-07-15T22:00:00Z", True),  # the same clock an hour earlier in summer
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall(bob: User, moment: str, quiet: bool) -> None:
    preferences = Preferences(user=bob, quiet_enabled=True)
    preferences.quiet_start, preferences.quiet_end = time(0), time(2, 30)
    assert preferences.is_quiet(datetime.fromisoformat(moment), "Europe/Berlin") is quiet


def test_why_is_for_those_who_may_see_the_message(
    api: Any, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    ask = api(carol).get
    outside = ask("/api/notifications/why", {"message_id": str(message.pk)})
    missing = ask("/api/notifications/why", {"message_id": "01890000-0000-7000-8000-000000000000"})
    assert outside.status_code == missing.status_code == 404
    assert outside.content == missing.content
    assert [ask("/api/notifications/why", query).status_code for query in ({}, {"message_id": "x"})] == [400, 400]
    answer = why(api(alice), message)
    assert (answer["notified"], answer["decided_at"], answer["steps"][-1]["step"]) == (False, None, "others")
