"""Whether somebody is told of something, and how: one function, whose steps can be shown to the person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts import names
from chat.models import NotificationLevel, Role
from notifications.models import CONCERNING_MESSAGES, Channel, Preferences, Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID


class Step(StrEnum):
    """What is asked, in this order; the first "no" decides."""

    PARTICIPANT = "participant"  # do they take part, and may they see it?
    OTHERS = "others"  # did somebody else do it?
    SAID = "said"  # did a person say it, and not take it back?
    BLOCKED = "blocked"  # do they want to hear of whoever did it?
    LEVEL = "level"  # does their level in the conversation let it through?
    MUTED = "muted"  # is the conversation not muted?
    PREFERENCE = "preference"  # do they want to be told of such things at all?
    ACTIVE = "active"  # are they looking somewhere else?
    UNREAD = "unread"  # have they not read it already?


class Hush(StrEnum):
    """Why nothing interrupts somebody who is told all the same."""

    SNOOZED = "snoozed"
    QUIET_HOURS = "quiet_hours"


EXPLAINED = {
    Step.PARTICIPANT: (_("You take part in the conversation."), _("You do not take part, or it was before your time.")),
    Step.OTHERS: (_("Somebody else did it."), _("You did it yourself.")),
    Step.SAID: (_("A person said it."), _("Nobody said it, or it was deleted.")),
    Step.BLOCKED: (_("You have not blocked them."), _("You have blocked them.")),
    Step.LEVEL: (
        _("Your level of the conversation lets it through."),
        _("Your level of the conversation keeps it out."),
    ),
    Step.MUTED: (_("The conversation is not muted."), _("You have muted the conversation.")),
    Step.PREFERENCE: (_("You want to be told of such things."), _("You do not want to be told of such things.")),
    Step.ACTIVE: (_("You were not looking at the conversation."), _("You were looking at the conversation.")),
    Step.UNREAD: (_("You had not read it."), _("You had read it already.")),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What people may be told of. For what is said, `type` is what it is to those whom it does not name."""

    type: Type
    actor_id: UUID | None = None
    conversation_id: UUID | None = None
    seq: int = 0  # of the message, 0 where it is about none
    is_said: bool = True
    named: frozenset[str] = frozenset()  # ids of people
    names_all: bool = False
    answers: frozenset[UUID] = frozenset()  # whose messages it answers
    words: str = ""  # folded; what keywords are looked for in


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be told, as they are now."""

    user_id: UUID
    is_inside: bool = True
    role: str = Role.MEMBER
    first_seq: int = 1
    marker_seq: int = 0
    read_senders: Mapping[UUID, int] = field(default_factory=dict)  # what they read of single senders, beyond that
    level: str = NotificationLevel.ALL
    muted_until: datetime | None = None
    time_zone: str = "UTC"
    blocked: frozenset[UUID] = frozenset()
    is_here: bool = False  # on some device, whether they look at it or not
    looks_at: str | None = None  # the conversation that is open before them
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, slots=True)
class Decision:
    """What it came to: for whom `stopped_at` is None, there is a notification of this type."""

    type: Type
    stopped_at: Step | None = None
    hush: Hush | None = None
    channels: Mapping[str, bool] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """Where it ended, in a word; empty where nothing was in the way."""
        return self.stopped_at or self.hush or ""


def decide(matter: Matter, person: Person, now: datetime, *, personal: bool = False) -> Decision:
    """Whether a person is told, and by which channels.

    Args:
        personal: it happens to the person: levels, mutes and what they look at do not count.
    """
    type = _type_for(matter, person)
    for step, passed in _answers(matter, person, type, now, personal=personal):
        if not passed:
            return Decision(type, step)
    hush = _hush(person, now)
    wants = person.preferences.wants
    return Decision(
        type,
        hush=hush,
        channels={each: wants(type, each) and (each == Channel.IN_APP or hush is None) for each in Channel.values},
    )


def steps(stopped_at: Step | None) -> list[dict[str, str | bool]]:
    """The way to a decision, for the person: [{step, passed, detail}]."""
    way: list[dict[str, str | bool]] = []
    for step, (yes, no) in EXPLAINED.items():
        passed = step != stopped_at
        way.append({"step": step.value, "passed": passed, "detail": str(yes if passed else no)})
        if not passed:
            break
    return way


def fold(text: str) -> str:
    """A text as keywords are looked for in it: whatever the case and the accents of letters are written like."""
    return names.fold(text)


def _answers(
    matter: Matter, person: Person, type: Type, now: datetime, *, personal: bool
) -> Iterator[tuple[Step, bool]]:
    is_message = type in CONCERNING_MESSAGES
    if not personal:
        yield Step.PARTICIPANT, person.is_inside and (not matter.seq or matter.seq >= person.first_seq)
    yield Step.OTHERS, not (is_message or type == Type.REACTION) or matter.actor_id != person.user_id
    yield Step.SAID, matter.is_said
    yield Step.BLOCKED, matter.actor_id not in person.blocked
    if not personal:
        yield Step.LEVEL, _lets_through(person.level, type)
        yield Step.MUTED, person.muted_until is None or person.muted_until <= now
    yield Step.PREFERENCE, person.preferences.wants(type, Channel.IN_APP)
    if not personal:
        yield Step.ACTIVE, matter.conversation_id is None or person.looks_at != str(matter.conversation_id)
    yield Step.UNREAD, not is_message or matter.seq > _has_read(person, matter.actor_id)


def _has_read(person: Person, sender_id: UUID | None) -> int:
    """Up to where a person has read what somebody said."""
    return max(person.marker_seq, person.read_senders.get(sender_id, 0) if sender_id is not None else 0)


def _lets_through(level: str, type: Type) -> bool:
    return level == NotificationLevel.ALL or (level == NotificationLevel.MENTIONS and type == Type.MENTION)


def _type_for(matter: Matter, person: Person) -> Type:
    if matter.type != Type.MESSAGE:
        return matter.type
    if matter.names_all or str(person.user_id) in matter.named or keyword_in(matter.words, person.preferences.keywords):
        return Type.MENTION
    return Type.REPLY if person.user_id in matter.answers else Type.MESSAGE


def keyword_in(words: str, keywords: list[str]) -> str | None:
    """The first of somebody's keywords that a folded text has as whole words."""
    found = (each for each in keywords if (folded := fold(each)) in words and _stands_alone(folded, words))
    return next(found, None)


def _stands_alone(keyword: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", words) is not None


def _hush(person: Person, now: datetime) -> Hush | None:
    if person.preferences.is_snoozed(now):
        return Hush.SNOOZED
    return Hush.QUIET_HOURS if person.preferences.is_quiet(now, person.time_zone) else None
