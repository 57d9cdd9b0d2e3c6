"""The people of conversations, with all that decides whether they are told of something."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.models import Block
from chat.models import Participant, SenderRead
from notifications.deciding import Person
from notifications.models import Preferences
from presence.reading import now_of
from presence.states import Presence, Status

if TYPE_CHECKING:
    from collections.abc import Collection

COLUMNS = ("conversation_id", "user_id", "user__time_zone", "role", "left_at", "conversation__deleted_at")
POSITIONS = ("first_seq", "marker_seq", "notification_level", "muted_until")
NOTHING_SET = Preferences()


class Audience:
    """Everybody who takes or took part in some conversations, as they are now. Five queries, however many."""

    def __init__(self, conversation_ids: Collection[UUID]) -> None:
        self._people: defaultdict[UUID, dict[UUID, Person]] = defaultdict(dict)
        if conversation_ids:
            self._load(conversation_ids)

    def of(self, conversation_id: UUID) -> dict[UUID, Person]:
        """Those of one conversation, by their ids; who left is not inside."""
        return self._people[conversation_id]

    def find(self, conversation_id: UUID | None, user_id: UUID) -> Person:
        """One of them; where they never took part, somebody of whom nothing is known."""
        known = self._people[conversation_id].get(user_id) if conversation_id is not None else None
        return known or Person(user_id, is_inside=False, preferences=NOTHING_SET)

    def _load(self, conversation_ids: Collection[UUID]) -> None:
        places = Participant.objects.filter(
            conversation__in=conversation_ids, user__is_active=True, user__is_bot=False
        ).order_by("id")
        rows = list(places.values_list(*COLUMNS, *POSITIONS))
        users = {row[1] for row in rows}
        preferences = {each.user_id: each for each in Preferences.objects.filter(user__in=users)}
        present = {
            user_id: presence
            for user_id, presence in now_of({str(user_id) for user_id in users}).items()
            if presence.status != Status.OFFLINE
        }
        blocked: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for blocker, whom in Block.objects.filter(blocker__in=users).values_list("blocker_id", "blocked_id"):
            blocked[blocker].add(whom)
        read = _read_senders(conversation_ids)
        for conversation_id, user_id, time_zone, role, left_at, deleted_at, first, marker, level, muted in rows:
            self._people[conversation_id][user_id] = Person(
                user_id,
                is_inside=left_at is None and deleted_at is None,
                role=role,
                first_seq=first,
                marker_seq=marker,
                read_senders=read.get((conversation_id, user_id), {}),
                level=level,
                muted_until=muted,
                time_zone=time_zone,
                blocked=frozenset(blocked.get(user_id, ())),
                is_here=str(user_id) in present,
                looks_at=_looks_at(present.get(str(user_id))),
                preferences=preferences.get(user_id, NOTHING_SET),
            )


def _looks_at(presence: Presence | None) -> str | None:
    return presence.conversation_id if presence is not None and presence.status == Status.ONLINE else None


def _read_senders(conversation_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], dict[UUID, int]]:
    found: defaultdict[tuple[UUID, UUID], dict[UUID, int]] = defaultdict(dict)
    reads = SenderRead.objects.filter(participant__conversation__in=conversation_ids)
    for conversation_id, user_id, sender_id, seq in reads.values_list(
        "participant__conversation_id", "participant__user_id", "sender_id", "seq"
    ):
        found[conversation_id, user_id][sender_id] = seq
    return found
