"""That one's messages were delivered and read, as notifications: for the few who want that in their list.

All others see it on the message, and cost nothing here but a look at who wants it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from chat.models import Message, MessageType, Participant
from notifications.deciding import Matter
from notifications.models import Channel, Notification, Preferences, Type
from notifications.wording import text_of
from realtime import topics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from notifications.changes import Note
    from notifications.happenings import Happenings
    from realtime.readers import PlacedEvent

RECEIPTS = "receipt.updated"
READ_FIRST = ((Type.READ, "read_seq"), (Type.DELIVERED, "delivered_seq"))  # what was read needs no word of delivery


class Ticks:
    """Who wants to be told, of those who take part in some conversations."""

    def __init__(self, conversation_ids: Collection[UUID]) -> None:
        self.takers: defaultdict[UUID, dict[UUID, set[str]]] = defaultdict(dict)
        self._told: set[tuple[UUID, str, UUID, UUID]] = set()
        wanted = self._wanted() if conversation_ids else {}
        places = Participant.objects.active().filter(user__in=wanted, conversation__in=conversation_ids)
        for conversation_id, user_id in places.values_list("conversation_id", "user_id") if wanted else ():
            self.takers[conversation_id][user_id] = wanted[user_id]

    @staticmethod
    def _wanted() -> dict[UUID, set[str]]:
        asked = Q(levels__has_key=Type.READ.value) | Q(levels__has_key=Type.DELIVERED.value)
        return {
            each.user_id: types
            for each in Preferences.objects.filter(asked, user__is_active=True)
            if (types := {type.value for type, _position in READ_FIRST if each.wants(type, Channel.IN_APP)})
        }

    def is_new(self, user_id: UUID, type: str, message_id: UUID, reader_id: UUID) -> bool:
        """Whether the person was not told so yet."""
        told = (user_id, type, message_id, reader_id)
        if told in self._told:
            return False
        self._told.add(told)
        before = Notification.objects.filter(user=user_id, type=type, message=message_id)
        return not before.filter(data__user_id=str(reader_id)).exists()


def receipt_updated(found: Happenings, event: PlacedEvent, payload: dict[str, Any]) -> Iterator[Note]:
    """Whose messages they are, as far as they want to be told."""
    conversation_id = UUID(payload["conversation_id"])
    alone = topics.of_one(event.topic)  # one who hides what they read, and is told of deliveries alone
    for user_id, types in found.ticks.takers.get(conversation_id, {}).items():
        if str(user_id) in event.skips or (alone is not None and alone[1] != str(user_id)):
            continue
        for receipt in payload.get("receipts", ()):
            if receipt["user_id"] != str(user_id):
                yield from _tell(found, conversation_id, user_id, types, receipt)


def _tell(
    found: Happenings, conversation_id: UUID, user_id: UUID, types: set[str], receipt: dict[str, Any]
) -> Iterator[Note]:
    reader_id = UUID(receipt["user_id"])
    read: Message | None = None
    for type, position in READ_FIRST:
        message = _last_of(user_id, conversation_id, receipt[position])
        if type not in types or message is None or message == read:
            continue
        if type == Type.READ:
            read = message
        if found.ticks.is_new(user_id, type, message.pk, reader_id):
            matter = Matter(type, actor_id=reader_id, conversation_id=conversation_id)
            yield found.note(
                matter, type, [user_id], text=text_of(message), message=message, data={"user_id": str(reader_id)}
            )


def _last_of(user_id: UUID, conversation_id: UUID, upto: int) -> Message | None:
    said = Message.objects.filter(conversation=conversation_id, sender=user_id, seq__lte=upto, deleted_at=None)
    return said.exclude(type=MessageType.SYSTEM).order_by("-seq").first()
