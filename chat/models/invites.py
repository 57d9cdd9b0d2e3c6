"""Links that let people into a group."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chat.models.conversations import Conversation


def new_code() -> str:
    """A code that nobody guesses: 144 bits, 24 characters that need no escaping in an address."""
    return secrets.token_urlsafe(18)


class InviteQuerySet(models.QuerySet["Invite"]):
    """Reads of invites."""

    def live(self) -> Self:
        """Those that still let somebody in."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            Q(max_uses=None) | Q(uses__lt=F("max_uses")),
            revoked_at=None,
            conversation__deleted_at=None,
            conversation__archived_at=None,
        )


class Invite(models.Model):
    """A code with which anybody may join a group, for so long and so many times."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="invites")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # None: never
    max_uses = models.PositiveIntegerField(null=True, blank=True)  # None: any number
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InviteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[Any]] = ["-id"]

    def __str__(self) -> str:
        return f"invite {self.pk} to {self.conversation_id}"
