"""What is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Block, new_id
from chat.models.sender_reads import SenderRead
from chat.models.unread import unread_counts
from chat.system_messages import in_words

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User
    from chat.models.attachments import Attachment
    from chat.models.previews import MessageLink
    from chat.models.reactions import Reaction


class MessageType(models.TextChoices):
    """What a message is."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    VOICE = "voice"
    SYSTEM = "system"


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of messages."""

    def with_everything(self) -> Self:
        """With all that the JSON of a message needs, in a fixed number of queries."""
        return self.with_people().prefetch_related(
            models.Prefetch("reactions", to_attr="all_reactions"),
            models.Prefetch("attachments", to_attr="attached"),
            models.Prefetch("links", to_attr="all_links"),
        )

    def with_people(self) -> Self:
        """With who said them, and what they answer: `loading.complete` adds the rest."""
        return self.select_related("sender", "reply_to__sender")

    def pinned(self) -> Self:
        """Those that are pinned in their conversation."""
        return self.filter(pinned_at__isnull=False, deleted_at=None)

    def countable(self) -> Self:
        """Those that count as unread: said by people, and not taken back."""
        return self.filter(deleted_at=None).exclude(type=MessageType.SYSTEM)

    def heard_by(self, user: User | UUID) -> Self:
        """Those of others, without what blocked people say, and without what was read of single senders."""
        blocked = Block.objects.filter(blocker=user).values("blocked")
        others = self.exclude(sender=user).exclude(sender__in=blocked)
        return others.filter(~SenderRead.objects.covering(user))

    def unread_counts(self, user: User, conversation_ids: Collection[UUID] | None = None) -> dict[str, Any]:
        """How much the person has not read, in some conversations or in all; see `unread.unread_counts`."""
        return unread_counts(user, conversation_ids)


class Message(models.Model):
    """Something said: the `seq`-th entry of its conversation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Neither needs an index of its own: those of the constraints below begin with them.
    conversation = models.ForeignKey("Conversation", on_delete=models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="messages", db_index=False
    )
    client_id = models.CharField(max_length=64)
    type = models.CharField(max_length=6, choices=MessageType, default=MessageType.TEXT)
    content = models.TextField(blank=True)
    system = models.JSONField(null=True)  # what the conversation itself tells: `chat.system_messages.Told`
    # What most messages have none of is indexed only where it is there: a send writes no entry for it.
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies", db_index=False)
    thread_root = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="thread", db_index=False)
    reply_count = models.PositiveIntegerField(default=0)  # of a thread's root: how many replies are not deleted
    mentions = models.JSONField(default=list)  # ids of people, in the order they are named
    mentions_all = models.BooleanField(default=False)
    forwarded = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # every send would pay for it: the partial one below does
    )

    all_reactions: list[Reaction]  # only `with_everything`
    attached: list[Attachment]  # only `with_everything`
    all_links: list[MessageLink]  # only `with_everything`
    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            models.UniqueConstraint(fields=["sender", "client_id"], name="message_client_id"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["reply_to"], name="message_reply_to", condition=Q(reply_to__isnull=False)),
            models.Index(fields=["thread_root", "seq"], name="message_thread", condition=Q(thread_root__isnull=False)),
            models.Index(
                fields=["conversation", "-pinned_at", "-id"],
                name="message_pinned",
                condition=Q(pinned_at__isnull=False),
            ),
            models.Index(fields=["pinned_by"], name="message_pinned_by", condition=Q(pinned_by__isnull=False)),
            # What can be searched, newest first.
            models.Index(
                fields=["-created_at", "-id"], name="message_newest", condition=Q(deleted_at=None) & ~Q(type="system")
            ),
            # What staff look for among a million: none of these has an ordinary message in it.
            models.Index(
                fields=["type", "-created_at", "-id"],
                name="message_kind",
                condition=Q(deleted_at=None) & ~Q(type__in=["text", "system"]),
            ),
            models.Index(fields=["sender"], name="message_edited_of", condition=Q(edited_at__isnull=False)),
            models.Index(fields=["sender"], name="message_gone_of", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["conversation"], name="message_gone_in", condition=Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}#{self.seq}"

    @property
    def words(self) -> str:
        """What it says, in the active language where the conversation itself said it."""
        return in_words(self.system) or self.content

    def clear_marks(self) -> None:
        """Take away what people put to a message, in the transaction that deletes it: reactions, stars and the like."""
        for marks in (self.reactions, self.stars, self.reminders):
            marks.all().delete()
        self.all_reactions = []
        self.pinned_at = self.pinned_by = None
        self.save(update_fields=["pinned_at", "pinned_by"])
