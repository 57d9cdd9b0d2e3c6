"""Putting back what a moderator or staff took away, as long as it is kept."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions import attachments
from chat.actions.answers import count_reply
from chat.actions.editing import tell_updated
from chat.actions.errors import Unfit
from chat.actions.linking import note_links
from chat.actions.reading import tell_all_unread
from chat.mentioning import Named
from chat.models import Attachment, Conversation, Message, MessageEdit, Participant, RemovedMessage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from accounts.models import User

PURGED_AT_ONCE = 500


def keep_removed(message: Message, by: User | None) -> None:
    """Keep for staff what somebody else than its sender is about to remove, inside that transaction.

    Where staff hold the conversation, keep whatever goes: for the hold alone what would not be kept otherwise.
    """
    for_hold = by is None or settings.REMOVED_DAYS == 0 or message.sender_id == by.pk
    if for_hold and message.conversation.held_at is None:
        return
    kept = RemovedMessage.objects.create(
        message=message,
        content=message.content,
        mentions=message.mentions,
        mentions_all=message.mentions_all,
        reply_to=message.reply_to,
        removed_at=timezone.now(),
        removed_by=by,
        for_hold=for_hold,
    )
    Attachment.objects.filter(message=message).update(message=None, removed=kept)
    message.attached = []


def restore_message(*, message: Message) -> None:
    """Put back what was removed; a message that is there stays as it is. Reactions, pins and stars do not come back.

    Raises:
        Message.DoesNotExist: it is gone from the database.
        Unfit: nothing of it is kept: its sender deleted it, or it is too long ago.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
        found = Message.objects.with_everything().get(pk=message.pk)
        found.conversation = conversation
        if found.deleted_at is None:
            return
        kept = RemovedMessage.objects.filter(message=found, for_hold=False).select_related("reply_to__sender").first()
        if kept is None:
            raise Unfit(_("Nothing of this message is kept: it cannot be put back."), "not_kept")
        _put_back(found, kept)
        tell_updated(found, **count_reply(found, 1))
        tell_all_unread(_unread_by(found))


def _put_back(message: Message, kept: RemovedMessage) -> None:
    message.content, message.reply_to, message.deleted_at = kept.content, kept.reply_to, None
    named = Named([UUID(user_id) for user_id in kept.mentions], kept.mentions_all)
    named.write_to(message)
    message.save(update_fields=["content", "mentions", "mentions_all", "reply_to", "deleted_at"])
    named.keep(message)
    Attachment.objects.filter(removed=kept).update(message=message, removed=None)
    message.attached = list(message.attachments.all())
    kept.delete()
    note_links(message)


def _unread_by(message: Message) -> list[Participant]:
    """Those who have not read as far: their counts went down when it was removed."""
    behind = Participant.objects.active().filter(
        conversation=message.conversation_id, marker_seq__lt=message.seq, first_seq__lte=message.seq
    )
    found = list(behind.exclude(user=message.sender_id).select_related("user").order_by("user"))
    for participant in found:
        participant.conversation = message.conversation
    return found


def forget_removed(*, user: User) -> None:
    """Keep nothing any more of what was removed of somebody's, but for what staff hold."""
    _forget(RemovedMessage.objects.filter(message__sender=user))


def forget_kept(*, messages: Iterable[Message]) -> None:
    """Keep nothing any more of what was removed of these messages, but for what staff hold."""
    _forget(RemovedMessage.objects.filter(message__in=[message.pk for message in messages]))


def tidy_removed() -> None:
    """Forget what was removed `BROOK_REMOVED_DAYS` ago, and what was kept for holds that are over. For a job."""
    _forget(RemovedMessage.objects.filter(removed_at__lt=timezone.now() - timedelta(days=settings.REMOVED_DAYS)))
    _purge(RemovedMessage.objects.filter(for_hold=True))


def _forget(over: QuerySet[RemovedMessage]) -> None:
    held = over.filter(for_hold=False, message__conversation__held_at__isnull=False)
    if held.exists():
        held.update(for_hold=True)
    _purge(over)


def _purge(over: QuerySet[RemovedMessage]) -> None:
    """A conversation at a time, its row locked: a hold that is set now finds what is there."""
    free = over.filter(message__conversation__held_at=None).order_by("removed_at")
    while found := list(free.values_list("pk", "message__conversation_id")[:PURGED_AT_ONCE]):
        by_conversation: dict[UUID, list[UUID]] = defaultdict(list)
        for message_id, conversation_id in found:
            by_conversation[conversation_id].append(message_id)
        for conversation_id, ids in by_conversation.items():
            with transaction.atomic():
                conversation = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
                if conversation.held_at is None:
                    _drop(ids)


def _drop(message_ids: Collection[UUID]) -> None:
    kept = RemovedMessage.objects.filter(pk__in=message_ids)  # one that was put back meanwhile keeps its edits
    ids = list(kept.values_list("pk", flat=True))
    MessageEdit.objects.filter(message__in=ids).delete()
    attachments.drop(Attachment.objects.filter(removed__in=ids))
    kept.delete()
