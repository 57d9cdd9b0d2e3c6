"""What a person is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import new_id
from notifications.models.counting import unread_counts
from realtime.compiled import CompiledQuery, Slot

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User

MAX_TITLE = 400
MAX_TEXT = 500


class Type(models.TextChoices):
    """What a notification tells of."""

    MESSAGE = "message.new"
    DELETED = "message.deleted"
    DELIVERED = "message.delivered"
    READ = "message.read"
    MENTION = "mention"
    REPLY = "reply"
    REACTION = "reaction"
    REMINDER = "reminder"
    GROUP_INVITE = "group.invite"
    GROUP_REMOVED = "group.member_removed"
    GROUP_LEFT = "group.member_left"
    GROUP_ROLE = "group.role_updated"
    GROUP_UPDATED = "group.updated"
    GROUP_DELETED = "group.deleted"
    BROADCAST = "broadcast"
    MODERATION = "moderation"


TICKS = (Type.DELIVERED, Type.READ)  # only for those who ask for them
# Those that count messages: one less when one of them is deleted, none when they are read.
CONCERNING_MESSAGES = (Type.MESSAGE, Type.MENTION, Type.REPLY)


class Untold(models.IntegerChoices):
    """What of a notification the person's streams do not know yet."""

    NOTHING = 0
    READ = 1  # that it is read
    CONTENT = 2


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads of notifications."""

    def of(self, user: User) -> Self:
        """A person's, what happened last first."""
        return self.filter(user=user).order_by("-updated_at", "-id")

    def unread(self) -> Self:
        """Those that nobody has looked at."""
        return self.filter(is_read=False)

    def unread_counts(self, user_ids: Collection[UUID]) -> dict[UUID, int]:
        """How many each of these people has not read; see `counting.unread_counts`."""
        return unread_counts(user_ids)

    def unread_count(self, user: User) -> int:
        """How many a person has not read."""
        return unread_counts([user.pk])[user.pk]


class Notification(models.Model):
    """Something that happened, for one person; `count` of the same kind while they did not look.

    `key` says what is of the same kind. Only an unread notification has one, and so a person has at most one unread
    notification of a kind: the database sees to it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    type = models.CharField(max_length=24, choices=Type)
    key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 - NULLs are distinct
    title = models.CharField(max_length=MAX_TITLE)
    text = models.CharField(max_length=MAX_TEXT, blank=True)
    data = models.JSONField(default=dict)  # what the title is made of, and where a click leads
    count = models.PositiveIntegerField(default=1)
    is_read = models.BooleanField(default=False)
    is_delivered = models.BooleanField(default=False)  # handed to an open stream, or fetched
    untold = models.PositiveSmallIntegerField(choices=Untold, default=Untold.NOTHING)
    conversation = models.ForeignKey("chat.Conversation", null=True, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey("chat.Message", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    seqs = models.JSONField(default=list)  # of the messages it counts, as `notifications.runs` keeps them
    mailed_at = models.DateTimeField(null=True)  # its `updated_at` when a mail with it was queued
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()  # when the last of what it tells happened

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["user", "-updated_at", "-id"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(is_read=False)),
            models.Index(fields=["user"], name="notification_undelivered", condition=Q(is_delivered=False)),
            models.Index(fields=["user"], name="notification_untold", condition=Q(untold__gt=0)),
            models.Index(fields=["message"], name="notification_message", condition=Q(message__isnull=False)),
            models.Index(fields=["updated_at"], name="notification_read", condition=Q(is_read=True)),
        ]

    def __str__(self) -> str:
        return f"{self.type} for {self.user_id}: {self.title}"

    def read(self) -> None:
        """The person has seen it: what comes next is another one."""
        self.is_read, self.key = True, None


PAGE = 20
# The page that every bell opens.
FIRST_PAGE: CompiledQuery[Notification] = CompiledQuery(
    lambda: Notification.objects.filter(user=Slot("user", models.UUIDField())).order_by("-updated_at", "-id")[:PAGE]
)


class Inbox(models.Model):
    """A person's notifications as a whole: the row that is locked while one of them changes.

    It orders what the person's devices hear, so that the last `unread_count` they hear is the right one.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True)  # when its streams last heard of changes

    def __str__(self) -> str:
        return f"of {self.user_id}"
