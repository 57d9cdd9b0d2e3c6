"""What messages link to, and what is shown of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import new_id
from chat.models.messages import Message

if TYPE_CHECKING:
    from datetime import datetime


def hash_of(url: str) -> str:
    """A short name for an address of any length."""
    return hashlib.sha256(url.encode()).hexdigest()


class PreviewState(models.TextChoices):
    """What became of looking at a page."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class LinkState(models.TextChoices):
    """What a message shows of a link."""

    WAITING = "waiting"  # nothing yet
    SHOWN = "shown"
    NOTHING = "nothing"  # there is nothing, or another link of the message is shown
    HIDDEN = "hidden"  # somebody took it away


class LinkPreviewQuerySet(models.QuerySet["LinkPreview"]):
    """Reads of previews."""

    def due(self, now: datetime) -> Self:
        """Those to be fetched."""
        return self.filter(state=PreviewState.WAITING, next_try_at__lte=now)


class LinkPreview(models.Model):
    """What a page says of itself, fetched once for all messages that link to it. Once it is settled it stays so: when
    it is old, the next message that links to the page gets another one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    url_hash = models.CharField(max_length=64, unique=True)  # another one when it is retired
    url = models.CharField(max_length=2048)
    title = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=500, blank=True)
    site_name = models.CharField(max_length=300, blank=True)
    image = models.CharField(max_length=100, blank=True)  # its name in the storage: a small WebP
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=7, choices=PreviewState, default=PreviewState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LinkPreviewQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_try_at"], name="preview_due", condition=Q(state="waiting")),
            models.Index(fields=["image"], name="preview_image", condition=~Q(image="")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.url}"


class MessageLinkManager(models.Manager["MessageLink"]):
    """Always with what they lead to: a message's JSON takes one query for both."""

    def get_queryset(self) -> models.QuerySet[MessageLink]:
        return super().get_queryset().select_related("preview")


class MessageLink(models.Model):
    """That a message links to a page."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="links")
    preview = models.ForeignKey(LinkPreview, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()  # in the message
    state = models.CharField(max_length=7, choices=LinkState, default=LinkState.WAITING)

    objects = MessageLinkManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "preview"], name="message_link_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["message"], name="message_link_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.preview_id} in {self.message_id}"


class LinkSearch(models.Model):
    """A message in which nobody has looked for links yet."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.message_id)
