"""Saying something."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.screening import noting_refusals
from chat.actions import attachments
from chat.actions.answers import answer, count_reply
from chat.actions.drafts import clear_sent
from chat.actions.errors import Blocked, refuse_locked
from chat.actions.linking import note_links
from chat.actions.screening import screen_message
from chat.mentioning import Named, named_in
from chat.models import Conversation, Message, MessageType, Participant
from chat.serializers import message_json
from chat.system_messages import in_english
from realtime import topics
from realtime.compiled import compiled_insert, compiled_update
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User
    from chat.models import Attachment
    from chat.system_messages import Told


class ClientIdTaken(Exception):
    """The sender used this client_id for a message in another conversation."""


def send_message(
    *,
    sender: User,
    conversation_id: UUID,
    client_id: str,
    content: str,
    reply_to: UUID | None = None,
    thread_root: UUID | None = None,
    type: MessageType | None = None,
    attachment_ids: Sequence[UUID] = (),
) -> tuple[Message, bool]:
    """Say something: (message, whether it is new). The same `client_id` again gives the first message.

    Args:
        reply_to: a message of the conversation that this one answers.
        thread_root: one whose thread this one goes on with.
        type: what it is; None: what follows from the attachments.
        attachment_ids: the sender's files that go with it, in this order.

    Raises:
        Participant.DoesNotExist: the sender takes no part in such a conversation.
        ClientIdTaken: the id belongs to a message of the sender's in another conversation.
        Blocked: one of the two of a direct conversation wants nothing of the other.
        Locked: staff have locked the conversation.
        NotHere: the sender sees no such message to answer in this conversation.
        WrongField: the attachments are not the sender's to send, or do not fit the type.
        Unfit: nobody answers what was deleted or what nobody said.
        TextRefused, Slowed: see `screen_message`.
    """
    try:
        with noting_refusals(), transaction.atomic():
            participant = Participant.objects.find_locked(sender, conversation_id, client_id=client_id)
            if participant.twin is None:
                message = Message(client_id=client_id, content=content)
                answer(participant, message, reply_to=reply_to, thread_root=thread_root)
                attached = attachments.take(sender, attachment_ids)
                message.type = attachments.type_for(type, content, attached)
                added = add_message(participant, message, attached)
                clear_sent(participant, content)
                return added, True
    except IntegrityError:  # the twin went to another conversation at the same moment, past our lock
        pass
    first = Message.objects.with_everything().get(sender=sender, client_id=client_id)
    if first.conversation_id != conversation_id:
        raise ClientIdTaken
    return first, False


def add_system_message(conversation: Conversation, actor: User, system: Told) -> Message:
    """Note in the conversation what somebody changed, inside the transaction of the change; its row is locked."""
    message = Message(client_id=f"system:{uuid4()}", content=in_english(system), system=system, type=MessageType.SYSTEM)
    return _add(conversation, actor, message, Named())


def add_message(participant: Participant, message: Message, attached: Sequence[Attachment] = ()) -> Message:
    """Put a new message, of which only the content is known, at the end of the sender's conversation; it is locked.

    Raises:
        Blocked: one of the two of a direct conversation wants nothing of the other.
        Locked: staff have locked the conversation.
        TextRefused, Slowed: see `screen_message`.
    """
    if participant.blocked_beside:
        raise Blocked
    refuse_locked(participant.conversation, participant.user)
    noticed = screen_message(participant, message.content)
    named = named_in(message.content, participant)
    _add(participant.conversation, participant.user, message, named, attached)
    note_links(message)
    if noticed is not None:
        noticed(message)
    return message


def _add(
    conversation: Conversation, sender: User, message: Message, named: Named, attached: Sequence[Attachment] = ()
) -> Message:
    message.conversation, message.sender = conversation, sender
    message.seq, message.created_at = conversation.last_seq + 1, timezone.now()
    message.all_reactions, message.all_links = [], []
    named.write_to(message)
    ADD(message)
    named.keep(message)
    attachments.attach(message, attached)
    thread = count_reply(message, 1)
    conversation.last_seq, conversation.last_message = message.seq, message
    conversation.last_activity_at = message.created_at
    MOVE_ON(conversation)
    append(
        topic=topics.conversation(conversation.pk),
        type="message.created",
        payload={"message": message_json(message), **thread},
        object_id=message.pk,
    )
    return message


ADD = compiled_insert(Message)
MOVE_ON = compiled_update(Conversation, ["last_seq", "last_message", "last_activity_at"])
