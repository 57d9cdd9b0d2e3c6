"""Who is typing: told at most once in two seconds, and over after five without a renewal, or with the message.

The process that a signal reaches only checks it and passes it on. Each process notes what it has handed to its own
streams (`Typists`), and ends it for them by itself: nobody types for ever because a process died or an event was lost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
from django.db.models import Q

from chat.models import Participant
from presence import store
from presence.memory_store import MemoryStore
from presence.store import StoreAway
from realtime import ephemeral, topics
from realtime.passing import Passing, passing
from realtime.watching import Watcher

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User
    from presence.store import Store
    from realtime.hub import Hub

SIGNAL_EVERY_S = 2.0
ENDS_AFTER_S = 5.0
STARTED, STOPPED = "typing.started", "typing.stopped"

_without_store = MemoryStore()  # while the real one is away: each process then limits what reaches it


def signal(user: User, conversation_id: UUID, *, is_typing: bool) -> None:
    """Tell the others, unless they were told just now."""
    name = f"{conversation_id}:{user.pk}"
    if _may_tell(name, is_typing=is_typing):
        payload = {"conversation_id": conversation_id, "user_id": user.pk, "display_name": user.display_name}
        topic, skips = topics.conversation(conversation_id), [user.pk, *_not_told(user, conversation_id)]
        if is_typing:
            event = passing(type="typing.started", payload=payload, topics=[topic], skips=skips)
        else:
            event = passing(type="typing.stopped", payload=payload, topics=[topic], skips=skips)
        ephemeral.send([event])


def _may_tell(name: str, *, is_typing: bool) -> bool:
    try:
        return _count(store.get(), name, is_typing=is_typing)
    except StoreAway:
        return _count(_without_store, name, is_typing=is_typing)


def _count(kept: Store, name: str, *, is_typing: bool) -> bool:
    """A start counts against the limit; a stop is worth telling only after a start."""
    now = time.time()
    if not is_typing:
        return kept.drop(f"typing:{name}", now=now)
    if not kept.once(f"typed:{name}", now=now, for_s=SIGNAL_EVERY_S):
        return False
    kept.keep(f"typing:{name}", now=now, for_s=ENDS_AFTER_S)
    return True


def _not_told(user: User, conversation_id: UUID) -> Iterable[UUID]:
    """Those who hide their own typing see none; nor do those who block the person, or are blocked."""
    unwanted = Q(user__preferences__typing=False) | Q(user__blocks__blocked=user) | Q(user__blocked_by__blocker=user)
    found: Iterable[UUID] = (
        Participant.objects.active().filter(unwanted, conversation=conversation_id).values_list("user_id", flat=True)
    )
    return found


@dataclass(slots=True)
class _Typist:
    """Somebody of whom this process has told that they are typing."""

    started: Passing
    ends: asyncio.TimerHandle


class Typists(Watcher):
    """Ends for the streams of this process what was begun for them."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._typing: dict[str, dict[str, _Typist]] = {}  # by topic, then person

    def passes(self, passing: Passing) -> bool:
        """Notes who begins; lets an end pass only after a beginning."""
        if passing.type == STARTED:
            self._begin(passing)
        elif passing.type == STOPPED:
            return self._forget(passing.topics[0], _typist_of(passing)) is not None
        return True

    def saw(self, topic: str, event_type: str, payload: str) -> None:
        """What they typed is here."""
        typing = self._typing.get(topic)
        if typing and event_type == "message.created":
            sender = orjson.loads(payload)["message"]["sender"]
            if sender is not None and sender["id"] in typing:
                self._end(topic, sender["id"])

    def _begin(self, started: Passing) -> None:
        topic, user_id = started.topics[0], _typist_of(started)
        self._forget(topic, user_id)
        ends = self.hub.loop.call_later(ENDS_AFTER_S, self._end, topic, user_id)
        self._typing.setdefault(topic, {})[user_id] = _Typist(started, ends)

    def _end(self, topic: str, user_id: str) -> None:
        typist = self._typing.get(topic, {}).get(user_id)
        if typist is not None:
            self.hub.pass_on([replace(typist.started, type=STOPPED)])

    def _forget(self, topic: str, user_id: str) -> _Typist | None:
        typing = self._typing.get(topic, {})
        typist = typing.pop(user_id, None)
        if typist is not None:
            typist.ends.cancel()
            if not typing:
                del self._typing[topic]
        return typist


def _typist_of(event: Passing) -> str:
    user_id: Any = orjson.loads(event.payload)["user_id"]
    return str(user_id)
