"""Taking back what was said: nothing of it stays, in no table and in no event; but where staff hold it, for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions import attachments
from chat.actions.answers import count_reply
from chat.actions.errors import NotAllowed
from chat.actions.linking import drop_links
from chat.actions.reactions import refuse_unless_said
from chat.actions.restoring import keep_removed
from chat.models import Conversation, Kind, Message, MessageType, Participant
from chat.serializers import message_json
from realtime import topics
from realtime.log import append, rewrite

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def delete_message(*, user: User, message_id: UUID) -> None:
    """Delete a message for everybody; one that is deleted stays so.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        NotAllowed: the sender deletes a message, and in a group its moderators and admins.
        Unfit: nobody deletes what nobody said.
    """
    with transaction.atomic():
        participant, message = Participant.objects.find_message_locked(user, message_id)
        moderates = participant.conversation.kind == Kind.GROUP and participant.can_moderate
        if message.sender_id != user.pk and not moderates:
            raise NotAllowed(_("Only its sender, and moderators and admins of a group, can delete a message."))
        _delete(message, by=user)


def remove_message(*, message: Message, by: User) -> None:
    """Delete a message for everybody as staff, who need not take part; one that is deleted stays so.

    Raises:
        Message.DoesNotExist: it is gone from the database.
        Unfit: nobody deletes what nobody said.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
        found = Message.objects.with_everything().get(pk=message.pk)
        found.conversation = conversation
        _delete(found, by=by)


def expire_message(*, message: Message) -> None:
    """Delete a message because it is older than the server keeps it: nobody did it, and nobody is told but clients.

    What nobody said, such as who joined, stays.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
        found = Message.objects.with_everything().get(pk=message.pk)
        found.conversation = conversation
        if found.type != MessageType.SYSTEM:
            _delete(found, by=None)


def _delete(message: Message, *, by: User | None) -> None:
    if message.deleted_at is not None:
        return
    refuse_unless_said(message, "delete")
    told = {"sender_id": message.sender_id, "mentions": message.mentions, "mentions_all": message.mentions_all}
    thread = count_reply(message, -1)
    keep_removed(message, by)
    _clear(message)
    conversation = message.conversation
    conversation.deleted_count += 1
    conversation.save(update_fields=["deleted_count"])
    replies = message.replies.values_list("pk", flat=True)
    append(
        topic=topics.conversation(conversation.pk),
        type="message.deleted",
        payload={
            "conversation_id": conversation.pk,
            "message_id": message.pk,
            "seq": message.seq,
            "by": by.pk if by is not None else None,
            "deleted_at": message.deleted_at,
            "deleted_count": conversation.deleted_count,
            **told,
            **thread,
        },
        scrubs=rewrite(object_ids=[message.pk, *replies], change=_Without(message)),
    )


def _clear(message: Message) -> None:
    """Leave a tombstone: that there was a message, whose and when."""
    if message.conversation.held_at is None:
        message.edits.all().delete()
    message.mentioned.all().delete()
    message.clear_marks()
    drop_links(message)
    attachments.drop(message.attached)
    message.attached = []
    message.content, message.mentions, message.mentions_all, message.reply_to = "", [], False, None
    message.deleted_at = timezone.now()
    message.save(update_fields=["content", "mentions", "mentions_all", "reply_to", "deleted_at"])


class _Without:
    """Takes a deleted message out of an event's payload, wherever in it it stands."""

    def __init__(self, message: Message) -> None:
        self._id = str(message.pk)
        self._tombstone = message_json(message)

    def __call__(self, event_type: str, payload: dict[str, Any]) -> dict[str, Any]:
        changed: dict[str, Any] = self._walk(payload)
        told = payload.get("message") or {}
        if told.get("id") != self._id:
            return changed
        if event_type == "message.created":  # whoever counted its mentions counts them off when it is deleted
            changed["message"] = {**self._tombstone, **{name: told.get(name) for name in ("mentions", "mentions_all")}}
        return {**changed, "excerpt": ""} if "excerpt" in changed else changed

    def _walk(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._walk(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value.get("id") == self._id and "content" in value:
            return self._tombstone
        if value.get("id") == self._id and "excerpt" in value:
            return {**value, "excerpt": ""}
        about = value.get("data")
        if "text" in value and isinstance(about, dict) and about.get("message_id") == self._id:  # tells of the message
            return {**value, "text": ""}
        return {name: self._walk(each) for name, each in value.items()}
