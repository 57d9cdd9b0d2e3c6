"""Files that belong to messages, to messages to be, or wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Sum

from accounts.models import new_id
from chat.models.conversations import Participant
from chat.models.messages import Message

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Reads of attachments."""

    def find(self, user: User, attachment_id: UUID) -> Attachment:
        """One that the person may see: of a message they may see, or their own that waits for one.

        Raises:
            Attachment.DoesNotExist, Participant.DoesNotExist: there is none, or none that they may know of.
        """
        attachment = self.select_related("message").get(pk=attachment_id)
        message = attachment.message
        if message is None:
            seen = attachment.owner_id == user.pk and attachment.removed_id is None
        else:
            participant = Participant.objects.find(user, message.conversation_id)
            seen = message.deleted_at is None and message.seq >= participant.first_seq
        if not seen:
            raise Attachment.DoesNotExist
        return attachment

    def bytes_of(self, user: User) -> int:
        """How much the person keeps here; what was forwarded is one file, however often."""
        files = self.filter(owner=user).values("file", "size").distinct()
        return files.aggregate(total=Sum("size"))["total"] or 0

    def waiting(self) -> Self:
        """Those that nothing was said with yet, nor is to be."""
        return self.filter(message=None, scheduled=None, removed=None)

    def names_in_use(self, names: Collection[str]) -> set[str]:
        """Which of these files in the storage belong to some attachment, or are the small pictures of one."""
        rows = self.filter(models.Q(file__in=names) | models.Q(thumbnail__in=names))
        return {name for pair in rows.values_list("file", "thumbnail") for name in pair if name}


class Attachment(models.Model):
    """A file that somebody brought: uploaded first, then sent with a message. Forwarded, its file has several rows."""

    class Kind(models.TextChoices):
        """How it is shown."""

        IMAGE = "image"
        FILE = "file"
        VOICE = "voice"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="attachments")
    scheduled = models.ForeignKey("ScheduledMessage", null=True, on_delete=models.CASCADE, related_name="attachments")
    removed = models.ForeignKey("RemovedMessage", null=True, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)  # in its message
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # bytes, as kept
    media_type = models.CharField(max_length=127)  # found out from the content
    kind = models.CharField(max_length=5, choices=Kind)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration = models.FloatField(null=True)  # seconds
    waveform = models.JSONField(null=True)  # loudness from 0 to 100, along the duration
    file = models.CharField(max_length=100, db_index=True)  # names in the storage
    thumbnail = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["created_at"],
                name="attachment_waiting",
                condition=models.Q(message=None, scheduled=None, removed=None),
            ),
            models.Index(fields=["kind", "-id"], name="attachment_kind"),
            models.Index(fields=["-size", "-id"], name="attachment_largest"),
            models.Index(fields=["thumbnail"], name="attachment_thumbnail", condition=~models.Q(thumbnail="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"  # without its name, which is for those in the conversation
