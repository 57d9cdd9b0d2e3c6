"""Where browsers can be reached when no tab is open, and what is to be sent there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Session, new_id
from notifications.models.notifications import Notification

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Reads of subscriptions."""

    def usable_by(self, user_ids: Collection[UUID]) -> Self:
        """Those of these people whose log-in still counts: a browser that was logged out is told nothing more."""
        live = {"session__ended_at": None, "session__expires_at__gt": timezone.now(), "user__is_active": True}
        return self.filter(user__in=user_ids, **live)


class PushSubscription(models.Model):
    """A browser's PushSubscription (W3C Push API): its push service, and the keys that it alone can read with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000)
    endpoint_key = models.CharField(max_length=64, unique=True, editable=False)  # a hash: an index has its limits
    p256dh = models.CharField(max_length=88)
    auth = models.CharField(max_length=24)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PushSubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.endpoint[:60]} of {self.user_id}"

    @staticmethod
    def key_of(endpoint: str) -> str:
        """What an endpoint is found by."""
        return hashlib.sha256(endpoint.encode()).hexdigest()

    def info(self) -> dict[str, Any]:
        """As the browser gave it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


class Push(models.Model):
    """A notification that waits to be sent to a browser, as it is by then: what happens meanwhile goes with it."""

    id = models.BigAutoField(primary_key=True)
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="+")
    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["notification", "subscription"], name="push_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} to {self.subscription_id}"


class FailedPush(models.Model):
    """That a push was given up: staff see how many. It says neither whose nor of what."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"at {self.at}"
