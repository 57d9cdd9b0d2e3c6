"""Snapshot + events = fresh snapshot, for every action, everybody, and with every event applied twice."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import actions as account_actions
from accounts.models import User
from chat import actions
from chat.models import Conversation
from realtime.sequencer import look
from tests.chat.client import ModelClient, events_for


@dataclass
class Stage:
    """Where the actions play: Alice and Bob have talked, Carol was outside."""

    alice: User
    bob: User
    carol: User
    talk: Conversation
    group: Conversation


@pytest.fixture
def stage(transactional_db: None, alice: User, bob: User, carol: User, talk: Conversation, say: Any) -> Stage:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    for speaker, where in [(alice, talk), (bob, talk), (alice, talk), (bob, group), (alice, group)]:
        say(speaker, where)
    actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
    return Stage(alice, bob, carol, talk, group)


def send(stage: Stage, sender: User, client_id: str) -> Any:
    return actions.send_message(sender=sender, conversation_id=stage.talk.pk, client_id=client_id, content="hello")


Act = Callable[[Stage], Any]
ACTS: dict[str, list[Act]] = {
    "open_direct": [
        lambda s: actions.open_direct(user=s.carol, partner=s.alice),
        lambda s: actions.open_direct(user=s.bob, partner=s.alice),
    ],
    "create_group": [lambda s: actions.create_group(creator=s.carol, title="New", people=[s.alice, s.bob])],
    "send_message": [
        lambda s: send(s, s.alice, "1"),
        lambda s: [send(s, s.bob, "1"), send(s, s.bob, "1"), send(s, s.alice, "2")],
        lambda s: [send(s, s.alice, "1"), actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=4)],
    ],
    "mark_read": [
        lambda s: actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=2),
        lambda s: actions.mark_read(user=s.alice, conversation_id=s.group.pk, seq=99),
        lambda s: [actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=3), send(s, s.alice, "1")],
    ],
    "mark_unread_from": [
        lambda s: actions.mark_unread_from(user=s.bob, conversation_id=s.talk.pk, seq=1),
        lambda s: [
            actions.mark_read(user=s.bob, conversation_id=s.talk.pk, seq=3),
            actions.mark_unread_from(user=s.bob, conversation_id=s.talk.pk, seq=3),
        ],
    ],
    "update_profile": [lambda s: account_actions.update_profile(user=s.alice, changes={"display_name": "Alix"})],
}


def test_every_action_of_chat_is_here() -> None:
    public = {
        name
        for name, thing in vars(actions).items()
        if inspect.isfunction(thing) and thing.__module__ == actions.__name__
    }
    assert {name for name in public if not name.startswith("_")} <= set(ACTS)


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, acts in ACTS.items() for n in range(len(acts))])
def test_snapshot_and_events_are_a_fresh_snapshot(stage: Stage, api: Any, name: str, number: int) -> None:
    look()
    people = [stage.alice, stage.bob, stage.carol]
    before = {person: api(person).get("/api/conversations").json() for person in people}
    ACTS[name][number](stage)
    look()
    for person in people:
        client = ModelClient(str(person.pk), before[person])
        for event in events_for(person, before[person]["cursor"]):
            client.apply(*event)
            client.apply(*event)
        fresh = api(person).get("/api/conversations").json()
        assert client.listed() == fresh["results"]
        counts = api(person).get("/api/unread-counts").json()
        assert sum(each["me"]["unread"] for each in client.listed()) == counts["total"]


def test_what_is_not_placed_yet_comes_again_and_changes_nothing(stage: Stage, api: Any) -> None:
    """Committed before the snapshot, placed after it: in the data already, and once more as an event."""
    send(stage, stage.alice, "1")
    actions.mark_read(user=stage.bob, conversation_id=stage.talk.pk, seq=4)
    snapshot = api(stage.bob).get("/api/conversations").json()
    look()
    client = ModelClient(str(stage.bob.pk), snapshot)
    events = events_for(stage.bob, snapshot["cursor"])
    assert "message.created" in [event_type for event_type, _data in events]
    for event in events:
        client.apply(*event)
    assert client.listed() == api(stage.bob).get("/api/conversations").json()["results"]
