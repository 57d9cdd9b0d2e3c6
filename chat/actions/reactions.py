"""Putting emoji to messages, and taking them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions.errors import Blocked, Unfit, refuse_locked
from chat.models import MAX_KINDS, Message, MessageType, Participant, Reaction
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

DELETED = {
    "react to": gettext_lazy("This message was deleted: nobody can react to it."),
    "pin": gettext_lazy("This message was deleted: nobody can pin it."),
    "edit": gettext_lazy("This message was deleted: nobody can edit it."),
    "forward": gettext_lazy("This message was deleted: nobody can forward it."),
    "answer": gettext_lazy("This message was deleted: nobody can answer it."),
    "delete": gettext_lazy("This message was deleted: nobody can delete it."),
}
UNSAID = {
    "react to": gettext_lazy("Nobody said this: nobody can react to it."),
    "pin": gettext_lazy("Nobody said this: nobody can pin it."),
    "edit": gettext_lazy("Nobody said this: nobody can edit it."),
    "forward": gettext_lazy("Nobody said this: nobody can forward it."),
    "answer": gettext_lazy("Nobody said this: nobody can answer it."),
    "delete": gettext_lazy("Nobody said this: nobody can delete it."),
}


def add_reaction(*, user: User, message_id: UUID, emoji: str) -> tuple[Message, bool]:
    """Put an emoji (as `one_emoji` spells it) to a message: the message, and whether the reaction is new.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        Blocked: one of the two of a direct conversation wants nothing of the other.
        Unfit: nobody reacts to what was deleted or what nobody said; there are too many kinds.
    """
    with transaction.atomic():
        participant, message = Participant.objects.find_message_locked(user, message_id)
        refuse_unless_said(message, "react to")
        if participant.blocked_beside:
            raise Blocked(_("You cannot react to what this person says."))
        refuse_locked(participant.conversation, user)
        places = {reaction.emoji: reaction.place for reaction in message.all_reactions}
        if _own(message, user, emoji) is not None:
            return message, False
        if emoji not in places and len(places) >= MAX_KINDS:
            detail = _("A message has at most %(most)d different reactions.") % {"most": MAX_KINDS}
            raise Unfit(detail, "too_many_reactions")
        place = places.get(emoji, max(places.values(), default=0) + 1)
        message.all_reactions.append(Reaction.objects.create(message=message, user=user, emoji=emoji, place=place))
        _tell(message, "reaction.added", user, emoji)
    return message, True


def remove_reaction(*, user: User, message_id: UUID, emoji: str) -> None:
    """Take one's own reaction back; nothing happens where there is none.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
    """
    with transaction.atomic():
        _participant, message = Participant.objects.find_message_locked(user, message_id)
        own = _own(message, user, emoji)
        if own is not None:
            own.delete()
            _tell(message, "reaction.removed", user, emoji)


def tell_removed(message: Message, user: User, emoji: str) -> None:
    """Tell that a reaction is gone, inside the transaction that deletes it."""
    _tell(message, "reaction.removed", user, emoji)


def refuse_unless_said(message: Message, verb: str) -> None:
    """Only what people said, and did not take back, can be reacted to and pinned.

    Raises:
        Unfit: it is something else.
    """
    if message.deleted_at is not None:
        raise Unfit(str(DELETED[verb]), "message_deleted")
    if message.type == MessageType.SYSTEM:
        raise Unfit(str(UNSAID[verb]), "system_message")


def _own(message: Message, user: User, emoji: str) -> Reaction | None:
    mine = (each for each in message.all_reactions if (each.user_id, each.emoji) == (user.pk, emoji))
    return next(mine, None)


def _tell(message: Message, event_type: str, user: User, emoji: str) -> None:
    append(
        topic=topics.conversation(message.conversation_id),
        type=event_type,
        payload={
            "conversation_id": message.conversation_id,
            "message_id": message.pk,
            "emoji": emoji,
            "user_id": user.pk,
        },
        skips=Participant.objects.kept_from(message),
    )
