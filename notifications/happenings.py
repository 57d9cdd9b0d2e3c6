"""What happened, by the events of the log, and who is told of it: one function for each type of event.

Nothing is written here, and nothing locked: `notifications.actions.following` carries out what comes of it.
"""

from __future__ import annotations

import functools
import logging
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from accounts.models import User
from chat.models import Conversation, Message, MessageType, Role
from notifications.audience import Audience
from notifications.changes import Change, Gone, Left, Note, Reworded, Seen, Unreacted
from notifications.deciding import Matter, decide, fold, keyword_in
from notifications.models import CONCERNING_MESSAGES, Channel, Type
from notifications.ticks import RECEIPTS, Ticks, receipt_updated
from notifications.wording import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from notifications.deciding import Person
    from realtime.readers import PlacedEvent

logger = logging.getLogger(__name__)

Payload = dict[str, Any]


class Happenings:
    """A part of the log, and all that is needed to know about it: read at once, in few queries, however long it is."""

    def __init__(self, events: Sequence[PlacedEvent]) -> None:
        self.now = timezone.now()
        self.outcomes: dict[UUID, dict[str, list[str]]] = {}  # for each message, who was stopped at what
        self._events = [(event, orjson.loads(event.payload)) for event in events if event.type in HANDLERS]
        receipts = [payload for event, payload in self._events if event.type == RECEIPTS]
        self.ticks = Ticks({UUID(payload["conversation_id"]) for payload in receipts})
        if not self.ticks.takers:  # nearly always
            self._events = [(event, payload) for event, payload in self._events if event.type != RECEIPTS]
        ids = _ids_in(_telling(event.type, payload) for event, payload in self._events)
        messages = Message.objects.select_related("sender", "reply_to", "thread_root")
        self.messages: dict[UUID, Message] = messages.in_bulk(ids["message"])
        self.conversations: dict[UUID, Conversation] = Conversation.objects.in_bulk(
            ids["conversation"] | {message.conversation_id for message in self.messages.values()}
        )
        self.users: dict[UUID, User] = User.objects.in_bulk(ids["user"])

    @functools.cached_property
    def audience(self) -> Audience:
        """The people of all these conversations, once somebody may be told of something."""
        return Audience(self.conversations.keys())

    def changes(self) -> list[Change]:
        """What they make of notifications, in order."""
        return [change for event, payload in self._events for change in self._changes_of(event, payload)]

    def _changes_of(self, event: PlacedEvent, payload: Payload) -> list[Change]:
        try:
            return list(HANDLERS[event.type](self, event, payload))
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # one that we cannot read must not keep all others, for ever, from being told
            logger.exception("nobody is told of event %d, %s", event.pos, event.type)
            return []

    # --- telling ------------------------------------------------------------------------------------------------------
    def tell(
        self, matter: Matter, people: Iterable[Person], *, text: str = "", message: Message | None = None, **data: Any
    ) -> Iterator[Note]:
        """Tell those of these people who want to hear of it."""
        told: defaultdict[Type, list[UUID]] = defaultdict(list)
        keywords: dict[UUID, str] = {}
        pushes: dict[UUID, bool] = {}
        outcomes: defaultdict[str, list[str]] = defaultdict(list)
        for person in people:
            decision = decide(matter, person, self.now)
            outcomes[decision.outcome].append(str(person.user_id))
            if decision.stopped_at is None:
                told[decision.type].append(person.user_id)
                if decision.channels[Channel.PUSH]:
                    pushes[person.user_id] = person.is_here
                if decision.type == Type.MENTION and not _is_named(matter, person):
                    keywords[person.user_id] = keyword_in(matter.words, person.preferences.keywords) or ""
        if matter.type == Type.MESSAGE and message is not None:
            outcomes.pop("", None)
            self.outcomes[message.pk] = outcomes
        for type, user_ids in told.items():
            note = self.note(matter, type, user_ids, text=text, message=message, data=data)
            yield replace(note, keywords=keywords, pushes=pushes)

    def tell_oneself(
        self, matter: Matter, who: UUID, *, text: str = "", message: Message | None = None, **data: Any
    ) -> Iterator[Note]:
        """Tell somebody of what happens to them."""
        person = self.audience.find(matter.conversation_id, who)
        decision = decide(matter, person, self.now, personal=True)
        if decision.stopped_at is None:
            pushes = {who: person.is_here} if decision.channels[Channel.PUSH] else {}
            yield replace(self.note(matter, matter.type, [who], text=text, message=message, data=data), pushes=pushes)

    def note(
        self,
        matter: Matter,
        type: Type,
        user_ids: list[UUID],
        *,
        text: str,
        message: Message | None,
        data: Payload,
    ) -> Note:
        """What there is to tell these people."""
        return Note(
            type,
            ":".join(str(part) for part in (type, matter.conversation_id, data.get("user_id")) if part),
            user_ids,
            self.now,
            self._data(matter, message, data),
            text=text,
            done_by=matter.actor_id,
            conversation_id=matter.conversation_id,
            message_id=message.pk if message is not None and type != Type.DELETED else None,
            seq=matter.seq if type in CONCERNING_MESSAGES else 0,
        )

    def _data(self, matter: Matter, message: Message | None, about: Payload) -> Payload:
        conversation = self.conversations.get(matter.conversation_id) if matter.conversation_id else None
        actor = self.users.get(matter.actor_id) if matter.actor_id else None
        return {
            "conversation_id": str(matter.conversation_id) if matter.conversation_id else None,
            "conversation_title": conversation.title if conversation is not None else "",
            "message_id": str(message.pk) if message is not None else None,
            "seq": message.seq if message is not None else None,
            "sender_id": str(actor.pk) if actor is not None else None,
            "sender_name": actor.display_name if actor is not None else "",
            "avatar_url": actor.avatar_url if actor is not None else None,
            **about,
        }


def _is_named(matter: Matter, person: Person) -> bool:
    return matter.names_all or str(person.user_id) in matter.named


def _telling(event_type: str, payload: Payload) -> Payload:
    """What of a payload somebody may be told of: of most that concerns a person alone, nothing."""
    if event_type == "me.updated":
        return {"reminder": payload["reminder"]} if payload.get("reminder", {}).get("state") == "fired" else {}
    return {} if event_type == "unread.updated" else payload


def _ids_in(payloads: Iterable[Payload]) -> dict[str, set[UUID]]:
    """Ids of everything that is named in payloads, by noun."""
    found: dict[str, set[str | None]] = {"message": set(), "conversation": set(), "user": set()}
    for payload in payloads:
        named = {**payload.get("reminder", {}), **payload}
        for noun, ids in found.items():
            ids.add((payload.get(noun) or {}).get("id"))
            ids.add(named.get(f"{noun}_id"))
        found["user"] |= {payload.get("by"), (payload.get("conversation") or {}).get("created_by")}
        found["user"] |= {receipt["user_id"] for receipt in payload.get("receipts", ())}
        message = payload.get("message") or {}
        found["conversation"].add(message.get("conversation_id"))
        found["user"].add((message.get("sender") or {}).get("id"))
    return {noun: {UUID(each) for each in ids if each} for noun, ids in found.items()}


def matter_of(message: Message) -> Matter:
    """What a message is to those who may be told of it."""
    answered = [each for each in (message.reply_to, message.thread_root) if each is not None]
    return Matter(
        Type.MESSAGE,
        actor_id=message.sender_id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        is_said=message.deleted_at is None,
        named=frozenset(message.mentions),
        names_all=message.mentions_all,
        answers=frozenset(each.sender_id for each in answered if each.sender_id is not None),
        words=fold(message.content),
    )


# --- one function for each type of event ------------------------------------------------------------------------------
def message_created(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """All but the sender."""
    message = found.messages.get(UUID(payload["message"]["id"]))
    if message is None or message.type == MessageType.SYSTEM:
        return
    people = found.audience.of(message.conversation_id).values()
    yield from found.tell(matter_of(message), people, text=text_of(message), message=message)


def message_updated(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Nobody is told again; who was told sees what it says now."""
    message = found.messages.get(UUID(payload["message"]["id"]))
    if message is not None and message.deleted_at is None:
        yield Reworded(message.pk, text_of(message))


def message_deleted(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Everybody who could see it; and what they were told of it goes."""
    conversation_id, message_id = UUID(payload["conversation_id"]), UUID(payload["message_id"])
    yield Gone(message_id, conversation_id, payload["seq"])
    if payload["by"] is None:  # it was only too old
        return
    matter = Matter(Type.DELETED, actor_id=UUID(payload["by"]), conversation_id=conversation_id, seq=payload["seq"])
    people = found.audience.of(conversation_id).values()
    yield from found.tell(matter, people, message=found.messages.get(message_id))


def reaction_added(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Whose message it is."""
    message = found.messages.get(UUID(payload["message_id"]))
    if message is None or message.sender_id is None:
        return
    matter = Matter(
        Type.REACTION,
        actor_id=UUID(payload["user_id"]),
        conversation_id=message.conversation_id,
        seq=message.seq,
        is_said=message.deleted_at is None,
    )
    person = found.audience.find(message.conversation_id, message.sender_id)
    yield from found.tell(matter, [person], text=text_of(message), message=message, emoji=payload["emoji"])


def reaction_removed(_found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """As if it had not been."""
    yield Unreacted(UUID(payload["message_id"]), payload["user_id"], payload["emoji"])


def unread_updated(_found: Happenings, event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """What is read in the conversation is read here, on every device."""
    yield Seen(
        _person_of(event),
        UUID(payload["conversation_id"]),
        upto=payload["read_seq"],
        senders=payload.get("read_senders", {}),
        everything=payload["unread"] == 0,
    )


def me_updated(found: Happenings, event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Whose reminder it is."""
    reminder = payload.get("reminder") or {}
    message = found.messages.get(UUID(reminder["message_id"])) if reminder.get("state") == "fired" else None
    if message is not None and message.deleted_at is None:
        sender = message.sender
        matter = Matter(Type.REMINDER, conversation_id=message.conversation_id, seq=message.seq)
        yield from found.tell_oneself(
            matter,
            _person_of(event),
            text=text_of(message),
            message=message,
            sender_id=str(sender.pk) if sender is not None else None,
            sender_name=sender.display_name if sender is not None else "",
            avatar_url=sender.avatar_url if sender is not None else None,
        )


def conversation_created(found: Happenings, event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Those whom somebody put into a group. (Who is added later hears of it by `participant.added`.)"""
    conversation = payload["conversation"]
    if conversation["kind"] != "group" or event.topic.startswith("user:"):
        return
    creator = conversation["created_by"]
    matter = Matter(Type.GROUP_INVITE, actor_id=_id(creator), conversation_id=UUID(conversation["id"]))
    for user_id in event.adds:
        if user_id != creator:
            yield from found.tell_oneself(matter, UUID(user_id))


def participant_added(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Who was added; not who came by an invite link."""
    if payload["by"] != payload["user"]["id"]:
        yield from found.tell_oneself(_matter(Type.GROUP_INVITE, payload), UUID(payload["user"]["id"]))


def participant_removed(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Who was removed, and who remains."""
    matter = _matter(Type.GROUP_REMOVED, payload)
    yield from _tell_departure(found, matter, payload, _anybody)


def participant_left(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Who left, and the admins."""
    matter = _matter(Type.GROUP_LEFT, payload)
    yield from _tell_departure(found, matter, payload, _is_admin)


def _tell_departure(
    found: Happenings, matter: Matter, payload: Payload, concerns: Callable[[Person], bool]
) -> Iterator[Change]:
    gone = UUID(payload["user"]["id"])
    about = {"user_id": str(gone), "user_name": payload["user"]["display_name"]}
    conversation_id = UUID(payload["conversation_id"])
    yield Left(gone, conversation_id)
    yield from found.tell_oneself(matter, gone, **about)
    others = [each for each in found.audience.of(conversation_id).values() if each.user_id != gone]
    yield from found.tell(matter, filter(concerns, others), **about)


def participant_role_updated(found: Happenings, _event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Whose role it is."""
    matter = _matter(Type.GROUP_ROLE, payload)
    yield from found.tell_oneself(matter, UUID(payload["user"]["id"]), role=payload["role"])


def conversation_updated(found: Happenings, event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Everybody in it."""
    if event.topic.startswith("user:"):  # the same once more, for those who see it otherwise
        return
    if payload["conversation"]["kind"] != "group":  # staff locked it, or opened it again: it shows there
        return
    conversation_id = UUID(payload["conversation"]["id"])
    matter = Matter(Type.GROUP_UPDATED, actor_id=_id(payload.get("by")), conversation_id=conversation_id)
    yield from found.tell(matter, found.audience.of(conversation_id).values())


def conversation_deleted(found: Happenings, event: PlacedEvent, payload: Payload) -> Iterator[Change]:
    """Everybody who was in it."""
    matter = _matter(Type.GROUP_DELETED, payload)
    for user_id in map(UUID, event.removes):
        yield Seen(user_id, UUID(payload["conversation_id"]), everything=True)
        yield from found.tell_oneself(matter, user_id)


def _anybody(_person: Person) -> bool:
    return True


def _is_admin(person: Person) -> bool:
    return person.role == Role.ADMIN


def _matter(type: Type, payload: Payload) -> Matter:
    return Matter(type, actor_id=_id(payload.get("by")), conversation_id=UUID(payload["conversation_id"]))


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _person_of(event: PlacedEvent) -> UUID:
    return UUID(event.topic.partition(":")[2])


HANDLERS: dict[str, Callable[[Happenings, PlacedEvent, Payload], Iterator[Change]]] = {
    "message.created": message_created,
    "message.updated": message_updated,
    "message.deleted": message_deleted,
    "reaction.added": reaction_added,
    "reaction.removed": reaction_removed,
    "unread.updated": unread_updated,
    RECEIPTS: receipt_updated,
    "me.updated": me_updated,
    "conversation.created": conversation_created,
    "participant.added": participant_added,
    "participant.removed": participant_removed,
    "participant.left": participant_left,
    "participant.role_updated": participant_role_updated,
    "conversation.updated": conversation_updated,
    "conversation.deleted": conversation_deleted,
}
