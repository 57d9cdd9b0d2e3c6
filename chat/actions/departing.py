"""What becomes of the conversations of somebody who deleted their account. `accounts.actions.departing` calls this."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts import files
from chat.actions import attachments
from chat.actions.deleting import remove_message
from chat.actions.editing import tell_updated
from chat.actions.errors import LastAdmin
from chat.actions.participants import leave
from chat.actions.reactions import tell_removed
from chat.actions.restoring import forget_removed
from chat.models import (
    Attachment,
    Conversation,
    Draft,
    Export,
    Kind,
    Message,
    MessageType,
    Participant,
    Reaction,
    Reminder,
    Role,
    ScheduledMessage,
    Star,
)
from chat.system_messages import in_english, without_name
from realtime import topics
from realtime.log import blank, rewrite

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Departure, User
    from chat.system_messages import Told

BATCH = 100
OWN_EVENTS = ("me.updated", "notification.created", "notification.updated")


# --- in the transaction that deletes the account ----------------------------------------------------------------------
def forget(user: User) -> None:
    """Delete what nobody but the person ever saw."""
    for model in (ScheduledMessage, Reminder, Star):
        model._default_manager.filter(user=user).delete()
    Draft.objects.filter(participant__user=user).delete()
    exports = Export.objects.filter(user=user)
    files.remove_after_commit([export.file for export in exports if export.file])
    exports.delete()
    own = Attachment.objects.filter(owner=user, message=None)
    attachments.drop(own.exclude(removed__message__conversation__held_at__isnull=False))


# --- in the worker ----------------------------------------------------------------------------------------------------
def take_out(departure: Departure) -> None:
    """Leave the groups, and take back what was said, if the person wants that; the name goes in any case."""
    user = departure.user
    _leave_groups(user)
    _reword_system_messages(user, departure.display_name)
    if departure.removes_messages:
        _remove_messages(user)
        _remove_reactions(user)
    with transaction.atomic():
        blank(topic=topics.user(user.pk), types=OWN_EVENTS)


def _leave_groups(user: User) -> None:
    groups = Participant.objects.active().filter(user=user, conversation__kind=Kind.GROUP)
    for own in list(groups.order_by("conversation")):
        # Left meanwhile; or the successor was, and the next time another one is found.
        with contextlib.suppress(Participant.DoesNotExist, LastAdmin):
            leave(user=user, conversation_id=own.conversation_id, successor_id=_successor(own))


def _successor(own: Participant) -> UUID | None:
    """Who looks after a group whose last admin goes: the moderator who is there longest, or else the member."""
    others = Participant.objects.active().filter(conversation=own.conversation_id).exclude(pk=own.pk)
    if own.role != Role.ADMIN or others.filter(role=Role.ADMIN).exists():
        return None
    found = sorted(
        others.values_list("user__is_active", "role", "joined_at", "user_id"),
        key=lambda row: (not row[0], row[1] != Role.MODERATOR, row[2], row[3]),
    )
    return found[0][3] if found else None


def _reword_system_messages(user: User, name: str) -> None:
    """The conversation itself noted who came and went, by name."""
    if not name:  # done before
        return
    places = Participant.objects.filter(user=user, conversation__deleted_at=None).values("conversation")
    said = Message.objects.filter(conversation__in=places, type=MessageType.SYSTEM)
    noted = said.filter(content__contains=name).order_by("id")
    as_a_word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for message_id, content, system in list(noted.values_list("pk", "content", "system")):
        if system is not None:
            nameless = without_name(system, user.pk)
            if nameless != system:
                _reword(message_id, in_english(nameless) or content, nameless)
        elif as_a_word.search(content):  # brought from elsewhere, by name alone
            _reword(message_id, as_a_word.sub(lambda _found: user.display_name, content), None)


def _reword(message_id: UUID, content: str, system: Told | None) -> None:
    with transaction.atomic():
        message = _find_locked(message_id)
        message.content, message.system = content, system
        message.save(update_fields=["content", "system"])

        def change(_type: str, payload: dict[str, Any]) -> dict[str, Any]:
            told = payload.get("message") or (payload.get("conversation") or {}).get("last_message") or {}
            if told.get("id") == str(message_id):
                told.update(content=content, system=system)
            return payload

        tell_updated(message, scrubs=rewrite(object_ids=[message_id], change=change))


def _find_locked(message_id: UUID) -> Message:
    found = Message.objects.only("conversation").get(pk=message_id)
    conversation = Conversation.objects.select_for_update(no_key=True).get(pk=found.conversation_id)
    message = Message.objects.with_everything().get(pk=message_id)
    message.conversation = conversation
    return message


def _remove_messages(user: User) -> None:
    said = Message.objects.filter(sender=user, deleted_at=None).exclude(type=MessageType.SYSTEM).order_by("id")
    while batch := list(said[:BATCH]):
        for message in batch:
            remove_message(message=message, by=user)
    forget_removed(user=user)


def _remove_reactions(user: User) -> None:
    for reaction in Reaction.objects.filter(user=user).order_by("pk").iterator(chunk_size=BATCH):
        with transaction.atomic():
            message = _find_locked(reaction.message_id)
            if Reaction.objects.filter(pk=reaction.pk).delete()[0]:
                tell_removed(message, user, reaction.emoji)
