"""What people's devices say of them."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings

from chat.models import Participant
from presence import board, reading, store, typists
from presence.models import Hidden
from presence.states import OFFLINE, Beat, Status
from presence.store import StoreAway
from realtime import ephemeral
from realtime.passing import passing

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Session, User

logger = logging.getLogger(__name__)


def heartbeat(*, user: User, session: Session, status: Status, conversation_id: UUID | None = None) -> None:
    """Note what a device says of its person; others hear of what that changes within a second.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    if conversation_id is not None:
        Participant.objects.find(user, conversation_id)
    if not settings.PRESENCE:
        return
    _hide(user, session, hidden=status == Status.INVISIBLE)
    now = time.time()
    beat = Beat(str(session.pk), status, now, str(conversation_id) if conversation_id else None)
    try:
        store.get().write([(str(user.pk), beat)], now=now)
    except StoreAway as error:
        logger.debug("a heartbeat is lost: %s", error)
    board.poke()


def _hide(user: User, session: Session, *, hidden: bool) -> None:
    mine = Hidden.objects.filter(session=session)
    if hidden:
        Hidden.objects.get_or_create(session=session, defaults={"user": user})
    elif mine.exists():
        mine.delete()


def tell_of_block(*, user: User, target: User) -> None:
    """Let two people who share a conversation see each other as a block between them, or its end, now has it.

    Who is not seen by anybody has nothing to be told of.
    """
    if not settings.PRESENCE:
        return
    events = []
    for viewer, seen in ((target, user), (user, target)):
        if reading.now_of({str(seen.pk)}).get(str(seen.pk), OFFLINE).is_visible:
            [payload] = reading.presence_of([str(seen.pk)], viewer=viewer)
            events.append(passing(type="presence.changed", payload=payload, user_ids=[viewer.pk]))
    ephemeral.send(events)


def signal_typing(*, user: User, conversation_id: UUID, is_typing: bool) -> None:
    """Tell the others of a conversation that somebody is typing there, or is no more.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    Participant.objects.find(user, conversation_id)
    if settings.TYPING and user.prefers("typing"):
        typists.signal(user, conversation_id, is_typing=is_typing)
