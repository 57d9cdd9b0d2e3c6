"""How present people are, as somebody in particular may know it."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from accounts.models import Block
from chat.models import Conversation, Participant
from presence import store
from presence.states import OFFLINE, Presence
from presence.store import StoreAway
from presence.sweeping import outcomes
from presence.telling import presence_json

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from accounts.models import User


def presence_of(user_ids: Collection[str], *, viewer: User) -> list[dict[str, Any]]:
    """The presence of each of these people, in this order. Strangers, and who does not exist, are offline."""
    if not settings.PRESENCE:
        return []
    shared, last_seen = _shared_with(viewer, user_ids)
    me = str(viewer.pk)
    last_seen[me] = viewer.last_seen_at
    known = now_of({*shared, *({me} & set(user_ids))})
    results = []
    for user_id in user_ids:
        presence = known.get(user_id, OFFLINE)
        if user_id != me:
            presence = _as_seen_from(presence.seen, shared.get(user_id, set()))
        results.append(presence_json(user_id, presence, last_seen.get(user_id)))
    return results


def _shared_with(viewer: User, user_ids: Collection[str]) -> tuple[dict[str, set[str]], dict[str, datetime | None]]:
    """Which conversations of the viewer's each of these people is in, and when they were last seen."""
    rows = (
        Participant.objects.active()
        .filter(user__in=map(UUID, user_ids), conversation__in=Conversation.objects.of(viewer))
        .exclude(user__in=Block.objects.filter(blocker=viewer).values("blocked"))
        .exclude(user__in=Block.objects.filter(blocked=viewer).values("blocker"))
    )
    shared: dict[str, set[str]] = defaultdict(set)
    last_seen: dict[str, datetime | None] = {}
    for user_id, moment, conversation_id in rows.values_list("user_id", "user__last_seen_at", "conversation_id"):
        shared[str(user_id)].add(str(conversation_id))
        last_seen[str(user_id)] = moment
    return shared, last_seen


def _as_seen_from(presence: Presence, inside: set[str]) -> Presence:
    return presence if presence.conversation_id in inside else Presence(presence.status)


def now_of(user_ids: Collection[str]) -> dict[str, Presence]:
    """What people are at this moment; nothing while the store is away."""
    now = time.time()
    try:
        snapshot = store.get().read(user_ids, now=now)
    except StoreAway:
        return {}
    return {user_id: outcome.presence for user_id, _devices, outcome in outcomes(snapshot, user_ids, now)}


def online_count() -> int:
    """How many people are here for all to see; 0 while nobody knows."""
    try:
        return store.get().count(now=time.time()) if settings.PRESENCE else 0
    except StoreAway:
        return 0
