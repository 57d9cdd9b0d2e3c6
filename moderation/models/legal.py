"""Conversations as files, whole, for a court or a lawyer: asked for by staff, made by the worker, kept for a week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import new_id
from chat.models import UNFINISHED, Conversation, ExportState

if TYPE_CHECKING:
    from datetime import datetime


class LegalExportQuerySet(models.QuerySet["LegalExport"]):
    """Reads."""

    def due(self, stale: datetime) -> Self:
        """Those to be made, and those whose maker has not been heard of since `stale`."""
        return self.filter(Q(state=ExportState.WAITING) | Q(state=ExportState.RUNNING, alive_at__lt=stale))


class LegalExport(models.Model):
    """All that is kept of a conversation, in a file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    state = models.CharField(max_length=7, choices=ExportState, default=ExportState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # how often it was begun: who began it last may finish it
    alive_at = models.DateTimeField(null=True)  # when whoever makes it was last heard of
    file = models.CharField(max_length=100, blank=True)  # its name in the storage
    size = models.PositiveBigIntegerField(null=True)  # bytes
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)  # of the file, in hexadecimal
    message_count = models.PositiveBigIntegerField("messages", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = LegalExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export for a hold")
        verbose_name_plural = _("exports for holds")
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["conversation"], name="legal_export_once", condition=UNFINISHED),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["created_at"], name="legal_export_due", condition=UNFINISHED),
            models.Index(fields=["expires_at"], name="legal_export_expires"),
            models.Index(fields=["file"], name="legal_export_file", condition=~Q(file="")),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}, {self.created_at:%Y-%m-%d %H:%M}"
