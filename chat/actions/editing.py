"""Changing what one said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.screening import noting_refusals
from chat.actions.errors import Blocked, NotAllowed, WrongField, refuse_locked
from chat.actions.linking import note_links_anew
from chat.actions.reactions import refuse_unless_said
from chat.actions.reading import tell_all_unread
from chat.actions.screening import screen_message
from chat.mentioning import Named, named_in
from chat.models import Message, MessageEdit, MessageType, Participant
from chat.serializers import excerpt, message_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User


def edit_message(*, user: User, message_id: UUID, content: str) -> Message:
    """Say something else in the place of a message of one's own; staff can read what it said before.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        NotAllowed: only its sender edits a message; or one of the two wants nothing of the other (Blocked); or staff
            have locked the conversation (Locked).
        WrongField: nothing would be left of a message that is text alone.
        Unfit: nobody edits what was deleted or what nobody said.
        TextRefused: it has blocked words in it.
    """
    with noting_refusals(), transaction.atomic():
        participant, message = Participant.objects.find_message_locked(user, message_id)
        if message.sender_id != user.pk:
            raise NotAllowed(_("Only its sender can edit a message."))
        if participant.blocked_beside:  # or one could still write to the other, into what was said before
            raise Blocked
        refuse_locked(participant.conversation, user)
        refuse_unless_said(message, "edit")
        if not content.strip() and message.type == MessageType.TEXT:
            raise WrongField("content", _("A message needs some text."), "blank")
        if content == message.content:
            return message
        noticed = screen_message(participant, content, is_new=False)
        now = timezone.now()
        MessageEdit.objects.create(message=message, content=message.content, edited_at=now, edited_by=user)
        message.content, message.edited_at = content, now
        concerned = _name_anew(message, named_in(content, participant))
        message.save(update_fields=["content", "edited_at", "mentions", "mentions_all"])
        note_links_anew(message)
        tell_updated(message)
        tell_all_unread(concerned)
        if noticed is not None:
            noticed(message)
    return message


def tell_updated(message: Message, *, scrubs: Collection[int] = (), **more: Any) -> None:
    """Tell everybody who may see a message that it changed, inside the transaction of the change.

    `scrubs`: what `rewrite` gave, where what it said before is to be in no event any more. `more` goes along.
    """
    append(
        topic=topics.conversation(message.conversation_id),
        type="message.updated",
        payload={"message": message_json(message), "excerpt": excerpt(message.content), **more},
        object_id=message.pk,
        skips=Participant.objects.kept_from(message),
        scrubs=scrubs,
    )


def _name_anew(message: Message, named: Named) -> list[Participant]:
    """Who is named changes: those whose unread mentions that changes, in the order in which they can be locked."""
    before, everybody_before = set(message.mentions), message.mentions_all
    named.write_to(message)
    changed = before ^ set(message.mentions)
    if not changed and message.mentions_all == everybody_before:
        return []
    message.mentioned.all().delete()
    named.keep(message)
    concerned = Q(user__in=changed) if message.mentions_all == everybody_before else Q()
    unread = Participant.objects.active().filter(
        concerned, conversation=message.conversation_id, marker_seq__lt=message.seq, first_seq__lte=message.seq
    )
    found = list(unread.exclude(user=message.sender_id).select_related("user").order_by("user"))
    for participant in found:
        participant.conversation = message.conversation
    return found
