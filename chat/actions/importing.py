"""What imports of all formats share. Inside their transactions; the conversation is new, or its row is locked."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from django.core.files import File
from django.core.files.temp import NamedTemporaryFile
from django.db import connection
from django.db.models import Count

from chat.actions.conversations import shown
from chat.models import Conversation, Kind, Message, Participant, Role
from chat.serializers import me_json
from realtime import topics
from realtime.log import append, append_many, new

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from accounts.models import User
    from realtime.models import Event

BATCH = 500
PIECE = 1_048_576  # bytes


class Place(NamedTuple):
    """Somebody's place in a conversation to be."""

    user: User
    role: Role
    joined_at: datetime


@contextmanager
def forgetting_statements() -> Iterator[None]:
    """PostgreSQL's driver keeps no statements to prepare them meanwhile: each here is as long as what it writes."""
    connection.ensure_connection()
    raw: Any = connection.connection
    before = getattr(raw, "prepare_threshold", None)
    if before is not None:
        raw.prepare_threshold = None
    try:
        yield
    finally:
        if before is not None:
            raw.prepare_threshold = before


def add_people(conversation: Conversation, places: Sequence[Place], *, archived: bool = False) -> None:
    """Let people take part in a conversation whose messages are there already: all of it counts as read."""
    last = conversation.last_seq
    rows = [
        Participant(
            conversation=conversation,
            user=place.user,
            role=place.role,
            read_seq=last,
            marker_seq=last,
            delivered_seq=last,
            archived=archived,
        )
        for place in places
    ]
    if rows and conversation.kind == Kind.GROUP and all(row.role != Role.ADMIN for row in rows):
        next((row for row in rows if row.user.is_active), rows[0]).role = Role.ADMIN
    Participant.objects.bulk_create(rows, batch_size=BATCH)
    for row, place in zip(rows, places, strict=True):  # the field sets itself when the row is made
        row.joined_at = place.joined_at
    Participant.objects.bulk_update(rows, ["joined_at"], batch_size=BATCH)


def count_threads(conversation: Conversation) -> None:
    """How many replies each thread has."""
    replies = conversation.messages.filter(thread_root__isnull=False, deleted_at=None)
    counted = replies.order_by().values_list("thread_root").annotate(Count("pk")).iterator(chunk_size=BATCH)
    while batch := dict(islice(counted, BATCH)):
        roots = [Message(pk=root, reply_count=number) for root, number in batch.items()]
        Message.objects.bulk_update(roots, ["reply_count"])


def announce(conversation: Conversation, people: Iterable[User]) -> None:
    """Tell those who take part that the conversation is there, and where it is archived, that."""
    append(
        topic=topics.conversation(conversation.pk),
        type="conversation.created",
        payload={"conversation": shown(conversation)},
        object_id=conversation.last_message_id,
        adds=[user.pk for user in people],
    )
    archived = Participant.objects.filter(conversation=conversation, archived=True, user__is_active=True)
    append_many([_own(each) for each in archived.select_related("conversation").iterator(chunk_size=BATCH)])


def _own(participant: Participant) -> Event:
    return new(
        topic=topics.user(participant.user_id),
        type="me.updated",
        payload={
            "conversation_id": participant.conversation_id,
            "me": me_json(participant, unread=0, mentions=0),
            "last_seq": participant.conversation.last_seq,
            "deleted_count": participant.conversation.deleted_count,
        },
    )


@contextmanager
def copied(opened: IO[bytes]) -> Iterator[File[bytes]]:
    """A file of a zip as one in which one can go back and forth."""
    with NamedTemporaryFile() as copy:
        while piece := opened.read(PIECE):
            copy.write(piece)
        yield File(copy)
