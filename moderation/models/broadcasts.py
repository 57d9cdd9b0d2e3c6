"""What staff tell everybody, or everybody in a group."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, new_id
from chat.models import Conversation, Participant


class Level(models.TextChoices):
    """How much it stands out."""

    INFO = "info", _("Info")
    WARNING = "warning", _("Warning")
    CRITICAL = "critical", _("Critical")


class BroadcastState(models.TextChoices):
    """How far it has come."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    SENT = "sent", _("Sent")


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    """Reads of broadcasts."""

    def heard_by(self, user: User) -> Self:
        """Those that were sent to everybody, or to a group that the person is in; the last first."""
        inside = Participant.objects.active().filter(user=user, conversation=OuterRef("conversation"))
        sent = self.filter(Q(conversation=None) | Exists(inside), state=BroadcastState.SENT)
        return sent.order_by("-sent_at", "-id")


class Broadcast(models.Model):
    """A few words to everybody, as a banner and a notification."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=120)
    content = models.CharField(max_length=500, blank=True)
    level = models.CharField(max_length=8, choices=Level, default=Level.INFO)
    conversation = models.ForeignKey(
        Conversation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("only to the people of"),
        help_text=_("The id of a conversation; empty: to everybody."),
    )
    send_at = models.DateTimeField(null=True, blank=True, help_text=_("UTC. Empty: when you say so."))
    state = models.CharField(max_length=9, choices=BroadcastState, default=BroadcastState.DRAFT, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    told_upto = models.UUIDField(null=True, editable=False)  # the last person who has the notification
    told_at = models.DateTimeField(null=True, editable=False)  # when everybody had it
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        permissions = [("send_broadcast", "Can send broadcasts")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "-sent_at"], name="broadcast_sent"),
        ]

    def __str__(self) -> str:
        return self.title
