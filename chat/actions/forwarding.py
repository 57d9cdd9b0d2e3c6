"""Passing on what was said to other conversations."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.screening import noting_refusals
from chat.actions import attachments
from chat.actions.messages import ClientIdTaken, add_message
from chat.actions.reactions import refuse_unless_said
from chat.models import Message, Participant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User


def forward_message(
    *, user: User, message_id: UUID, conversation_ids: Sequence[UUID], client_id: str | None = None
) -> tuple[list[Message], bool]:
    """Say a message again in other conversations, all of them or none: the messages, and whether any is new.

    Args:
        conversation_ids: where to, in the order of the answer; the same one twice is once.
        client_id: the client's name for this: forwarding again by the same name gives the first messages.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: the person may not see such a message, or takes no part in one
            of the conversations.
        Blocked: one is a direct conversation, of two of whom one wants nothing of the other.
        Unfit: nobody passes on what was deleted or what nobody said.
        ClientIdTaken: a name belongs to another message of the person's.
        TextRefused, Slowed: see `screen_message`.
    """
    source_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    name = client_id or uuid4().hex
    client_ids = {target: _client_id(name, target) for target in conversation_ids}
    try:
        with noting_refusals(), transaction.atomic():
            places = Participant.objects.find_all_locked(user, [source_id, *client_ids])
            message = places[source_id].history().with_everything().get(pk=message_id)
            twins = _twins(user, client_ids)
            if len(twins) < len(client_ids):
                refuse_unless_said(message, "forward")
            return [
                twins.get(target) or _forward(message, places[target], own_id) for target, own_id in client_ids.items()
            ], len(twins) < len(client_ids)
    except IntegrityError:
        raise ClientIdTaken from None


def _client_id(name: str, conversation_id: UUID) -> str:
    """One name for each target: 64 characters, whatever the length of the client's own."""
    return hashlib.sha256(f"{name}:{conversation_id}".encode()).hexdigest()


def _twins(user: User, client_ids: dict[UUID, str]) -> dict[UUID, Message]:
    """What was forwarded by these names already."""
    found = Message.objects.with_everything().filter(sender=user, client_id__in=client_ids.values())
    twins = {message.conversation_id: message for message in found}
    if any(client_ids.get(target) != twin.client_id for target, twin in twins.items()):
        raise ClientIdTaken
    return twins


def _forward(message: Message, target: Participant, client_id: str) -> Message:
    copy = Message(client_id=client_id, content=message.content, type=message.type, forwarded=True)
    return add_message(target, copy, attachments.share(message, target.user) if message.attached else ())
