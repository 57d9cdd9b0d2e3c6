"""Whom a change of presence is told, and what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Block, User
from chat.models import Participant
from realtime import topics
from realtime.passing import Passing, passing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from presence.states import Presence

# A conversation of more people carries no changes: each of n people who come would be told to n others.
MAX_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What a person was, and is."""

    user_id: str
    before: Presence
    after: Presence

    @property
    def shows(self) -> bool:
        """Whether others can see it."""
        return self.before.seen != self.after.seen


def presence_json(user_id: str, presence: Presence, last_seen_at: datetime | None) -> dict[str, Any]:
    """The presence of a person."""
    return {
        "user_id": user_id,
        "status": presence.status,
        "last_seen_at": last_seen_at,
        "conversation_id": presence.conversation_id,
    }


def events(changes: Collection[Change]) -> dict[str, list[Passing]]:
    """The events that tell of the changes, by person. Three queries, however many."""
    shown = {change.user_id: change for change in changes if change.shows}
    if not shown:
        return {}
    conversations: dict[str, set[str]] = defaultdict(set)
    sharing = Participant.objects.active().filter(
        user__in=map(UUID, shown), conversation__participant_count__lte=MAX_PEOPLE
    )
    for user_id, conversation_id in sharing.values_list("user_id", "conversation_id"):
        conversations[str(user_id)].add(str(conversation_id))
    seen = User.objects.filter(pk__in=conversations).values_list("pk", "last_seen_at")
    last_seen = {str(user_id): moment for user_id, moment in seen}
    unwanted = _unwanted(conversations)
    return {
        user_id: _events(shown[user_id], shared, last_seen.get(user_id), unwanted[user_id])
        for user_id, shared in conversations.items()
    }


def _unwanted(user_ids: Iterable[str]) -> dict[str, set[str]]:
    """Whom each of these people has blocked, or is blocked by."""
    ids = list(map(UUID, user_ids))
    pairs = Block.objects.filter(Q(blocker__in=ids) | Q(blocked__in=ids)).values_list("blocker_id", "blocked_id")
    found: dict[str, set[str]] = defaultdict(set)
    for blocker_id, blocked_id in pairs:
        found[str(blocker_id)].add(str(blocked_id))
        found[str(blocked_id)].add(str(blocker_id))
    return found


def _events(change: Change, shared: set[str], last_seen_at: datetime | None, unwanted: set[str]) -> list[Passing]:
    """Those inside the conversation the person has open hear which it is; the others only what the person is."""
    before, after = change.before.seen, change.after.seen
    inside = {after.conversation_id} & shared if after.conversation_id else set()
    outside = shared - inside
    if before.status == after.status:  # only the conversation changed, which is news where it was and where it is
        outside &= {before.conversation_id}
    told = []
    for names, presence in ((inside, after), (outside, type(after)(after.status))):
        if names:
            told.append(
                passing(
                    type="presence.changed",
                    payload=presence_json(change.user_id, presence, last_seen_at),
                    topics=map(topics.conversation, sorted(names)),
                    skips=[change.user_id, *sorted(unwanted)],
                    except_topics=map(topics.conversation, inside) if names is outside else (),
                )
            )
    return told
