"""Every change of a conversation: one transaction each, the conversation's row locked first, the event last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from chat.models import (
    Conversation,
    History,
    Kind,
    Message,
    MessageType,
    Participant,
    Receipt,
    ReceiptStatus,
    Role,
    direct_key,
)
from chat.serializers import conversation_json, message_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID


class ClientIdTaken(Exception):
    """The sender used this client_id for a message in another conversation."""


def open_direct(*, user: User, partner: User) -> tuple[Conversation, bool]:
    """The one direct conversation of two people, made if there is none: (conversation, whether it is new)."""
    key = direct_key(user.pk, partner.pk)
    existing = Conversation.objects.filter(direct_key=key).first()
    if existing is not None:
        return existing, False
    try:
        return _create(Conversation(kind=Kind.DIRECT, direct_key=key, created_by=user), [user, partner]), True
    except IntegrityError:  # the other one was quicker: the unique key decided
        return Conversation.objects.get(direct_key=key), False


def create_group(
    *,
    creator: User,
    title: str,
    people: Iterable[User],
    description: str = "",
    history: History = History.SHARED,
) -> Conversation:
    """A new group of the creator, who becomes its admin, and at least one other person."""
    others = {person.pk: person for person in people if person.pk != creator.pk}
    group = Conversation(kind=Kind.GROUP, title=title, description=description, history=history, created_by=creator)
    return _create(group, [creator, *others.values()])


def _create(conversation: Conversation, people: Collection[User]) -> Conversation:
    with transaction.atomic():
        conversation.participant_count = len(people)
        conversation.save(force_insert=True)
        group = conversation.kind == Kind.GROUP
        Participant.objects.bulk_create(
            Participant(
                conversation=conversation,
                user=person,
                role=Role.ADMIN if group and person.pk == conversation.created_by_id else Role.MEMBER,
            )
            for person in people
        )
        append(
            topic=topics.conversation(conversation.pk),
            type="conversation.created",
            payload={"conversation": conversation_json(Conversation.objects.with_everything().get(pk=conversation.pk))},
            adds=[person.pk for person in people],
        )
    return conversation


def send_message(*, sender: User, conversation_id: UUID, client_id: str, content: str) -> tuple[Message, bool]:
    """Say something: (message, whether it is new). The same `client_id` again gives the first message.

    Raises:
        Participant.DoesNotExist: the sender takes no part in such a conversation.
        ClientIdTaken: the id belongs to a message of the sender's in another conversation.
    """
    twin = Message.objects.filter(sender=sender, client_id=client_id)
    try:
        with transaction.atomic():
            participant = Participant.objects.with_twin(twin).find_locked(sender, conversation_id)
            if participant.twin is None:
                return _add_message(participant.conversation, sender, client_id, content), True
    except IntegrityError:  # the twin went to another conversation at the same moment, past our lock
        pass
    first = twin.select_related("sender").get()
    if first.conversation_id != conversation_id:
        raise ClientIdTaken
    return first, False


def _add_message(conversation: Conversation, sender: User, client_id: str, content: str) -> Message:
    now = timezone.now()
    message = Message(
        conversation=conversation,
        seq=conversation.last_seq + 1,
        sender=sender,
        client_id=client_id,
        type=MessageType.TEXT,
        content=content,
        created_at=now,
    )
    message.save(force_insert=True)
    conversation.last_seq, conversation.last_message, conversation.last_activity_at = message.seq, message, now
    conversation.save(update_fields=["last_seq", "last_message", "last_activity_at"])
    append(
        topic=topics.conversation(conversation.pk),
        type="message.created",
        payload={"message": message_json(message)},
        object_id=message.pk,
    )
    return message


def mark_read(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Move the person's read position forward, to `seq` or the last message; never back.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        position = min(seq, participant.conversation.last_seq)
        if position > participant.marker_seq:
            participant.marker_seq = position
            further = position > participant.read_seq
            if further:
                participant.read_seq = position
                participant.delivered_seq = max(participant.delivered_seq, position)
            participant.save(update_fields=["marker_seq", "read_seq", "delivered_seq"])
            if further:
                _tell_receipt(participant)
            _tell_unread(participant)
    return participant


def mark_unread_from(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Make `seq` the first unread message: the one move that may go back. What others see as read stays read.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        participant.marker_seq = min(max(seq - 1, 0), participant.conversation.last_seq)
        participant.save(update_fields=["marker_seq"])
        _tell_unread(participant)
    return participant


def _tell_receipt(participant: Participant) -> None:
    now = timezone.now()
    Receipt.objects.create(
        conversation=participant.conversation,
        status=ReceiptStatus.READ,
        at=now,
        positions={str(participant.user_id): participant.read_seq},
    )
    receipt = {
        "user_id": participant.user_id,
        "delivered_seq": participant.delivered_seq,
        "read_seq": participant.read_seq,
        "at": now,
    }
    append(
        topic=topics.conversation(participant.conversation_id),
        type="receipt.updated",
        payload={"conversation_id": participant.conversation_id, "receipts": [receipt]},
        skips=[participant.user_id],
    )


def _tell_unread(participant: Participant) -> None:
    # The person's row orders what their devices hear of several conversations at once.
    user = User.objects.select_for_update(no_key=True).get(pk=participant.user_id)
    counts = Message.objects.unread_counts(user)
    append(
        topic=topics.user(user.pk),
        type="unread.updated",
        payload={
            "conversation_id": participant.conversation_id,
            "unread": counts["conversations"].get(str(participant.conversation_id), 0),
            "mentions": 0,
            "read_seq": participant.marker_seq,
            "last_seq": participant.conversation.last_seq,
            "total": counts["total"],
        },
    )
