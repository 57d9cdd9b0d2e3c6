"""What a person said and brought, for the file with all that they have here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.takeout import as_list, read
from chat.exporting.as_zip import path_of
from chat.models import (
    Attachment,
    Draft,
    Kind,
    Message,
    MessageType,
    Participant,
    Reaction,
    Reminder,
    ScheduledMessage,
    Star,
)
from chat.serializers import attachment_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from accounts.models import User

PAGE = 500  # rows in memory at a time


def parts(user: User) -> Iterator[tuple[str, Iterable[bytes]]]:
    """What is the person's own; what others said is not theirs to take."""
    titles = _titles(user)
    yield "conversations.json", as_list(_conversations(user, titles))
    yield "messages.json", as_list(_messages(user, titles))
    yield "reactions.json", as_list(_rows(Reaction, user, "message_id", "emoji"))
    yield "stars.json", as_list(_rows(Star, user, "message_id", "created_at"))
    yield "reminders.json", as_list(_rows(Reminder, user, "message_id", "remind_at"))
    yield "scheduled.json", as_list(_rows(ScheduledMessage, user, "conversation_id", "content", "send_at", "state"))
    drafts = Draft.objects.filter(participant__user=user).exclude(content="").order_by("pk")
    yield "drafts.json", as_list(drafts.values("participant__conversation_id", "content", "updated_at").iterator())
    seen = set()
    for attachment in Attachment.objects.filter(owner=user).order_by("pk").iterator(chunk_size=PAGE):
        if attachment.file not in seen:  # forwarded, it is the same once more
            seen.add(attachment.file)
            yield path_of(attachment), read(attachment.file)


def _rows(model: Any, user: User, *columns: str) -> Iterator[dict[str, Any]]:
    found: Iterator[dict[str, Any]] = model.objects.filter(user=user).order_by("pk").values(*columns).iterator()
    return found


def _titles(user: User) -> dict[UUID, str]:
    """What the person's conversations are called; direct ones by who the other one is."""
    places = list(Participant.objects.filter(user=user).select_related("conversation"))
    directs = [place.conversation_id for place in places if place.conversation.kind == Kind.DIRECT]
    others = Participant.objects.filter(conversation__in=directs).exclude(user=user)
    names = dict(others.values_list("conversation_id", "user__display_name"))
    return {
        place.conversation_id: names.get(place.conversation_id, "")
        if place.conversation.kind == Kind.DIRECT
        else place.conversation.title
        for place in places
    }


def _conversations(user: User, titles: dict[UUID, str]) -> Iterator[dict[str, Any]]:
    places = Participant.objects.filter(user=user).select_related("conversation").order_by("pk")
    for place in places.iterator(chunk_size=PAGE):
        yield {
            "id": place.conversation_id,
            "kind": place.conversation.kind,
            "title": titles.get(place.conversation_id, ""),
            "role": place.role,
            "joined_at": place.joined_at,
            "left_at": place.left_at,
        }


def _messages(user: User, titles: dict[UUID, str]) -> Iterator[dict[str, Any]]:
    said = Message.objects.filter(sender=user, deleted_at=None).exclude(type=MessageType.SYSTEM)
    said = said.prefetch_related("attachments").order_by("created_at", "pk")
    for message in said.iterator(chunk_size=PAGE):
        yield {
            "id": message.pk,
            "conversation_id": message.conversation_id,
            "conversation_title": titles.get(message.conversation_id, ""),
            "seq": message.seq,
            "type": message.type,
            "content": message.content,
            "reply_to": message.reply_to_id,
            "thread_root": message.thread_root_id,
            "created_at": message.created_at,
            "edited_at": message.edited_at,
            "attachments": [
                {name: shown[name] for name in ("id", "name", "size", "media_type")}
                for shown in map(attachment_json, message.attachments.all())
            ],
        }
