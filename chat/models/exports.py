"""Conversations as files: asked for by somebody who takes part, made by the worker, kept for a week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import new_id
from chat.models.conversations import Conversation, Participant

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class ExportFormat(models.TextChoices):
    """What kind of file."""

    JSON = "json"
    HTML = "html"
    ZIP = "zip"  # both, and the files that were sent


class ExportState(models.TextChoices):
    """What became of it so far."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # `reason` says why


UNFINISHED = Q(state__in=["waiting", "running"])


class ExportQuerySet(models.QuerySet["Export"]):
    """Reads of exports."""

    def visible_to(self, user: User, now: datetime) -> Self:
        """The person's own, as long as they may see all that is in it: not of conversations they left since."""
        still = Participant.objects.active().filter(
            user=OuterRef("user"), conversation=OuterRef("conversation"), first_seq__lte=OuterRef("first_seq")
        )
        return self.filter(Exists(still), user=user, expires_at__gt=now)

    def due(self, stale: datetime) -> Self:
        """Those to be made, and those whose maker has not been heard of since `stale`."""
        return self.filter(Q(state=ExportState.WAITING) | Q(state=ExportState.RUNNING, alive_at__lt=stale))


class Export(models.Model):
    """A conversation as a file, as one person sees it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=4, choices=ExportFormat)
    state = models.CharField(max_length=7, choices=ExportState, default=ExportState.WAITING)
    reason = models.CharField(max_length=32, blank=True)
    first_seq = models.BigIntegerField()  # of the first message that may be in it
    tries = models.PositiveSmallIntegerField(default=0)  # how often it was begun: who began it last may finish it
    alive_at = models.DateTimeField(null=True, blank=True)  # when whoever makes it was last heard of
    file = models.CharField(max_length=100, blank=True)  # its name in the storage
    size = models.PositiveBigIntegerField(null=True)  # bytes
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "conversation"], name="export_once", condition=UNFINISHED),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["created_at"], name="export_due", condition=UNFINISHED),
            models.Index(fields=["user", "-created_at", "-id"], name="export_newest"),
            models.Index(fields=["expires_at"], name="export_expires"),
            models.Index(fields=["file"], name="export_file", condition=~Q(file="")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.format} of {self.conversation_id} for {self.user_id}"
