"""What people report to staff. Every change is made by `moderation.actions`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import new_id
from chat.models import Conversation, Message
from moderation.models.automatic import Rule

if TYPE_CHECKING:
    from accounts.models import User

URGENT_PART = 4  # what is urgent is due in a quarter of the time


class Reason(models.TextChoices):
    """Why somebody reports something."""

    SPAM = "spam", _("Spam")
    HARASSMENT = "harassment", _("Harassment")
    HATE = "hate", _("Hate")
    VIOLENCE = "violence", _("Violence")
    SEXUAL = "sexual", _("Sexual")
    ILLEGAL = "illegal", _("Illegal")
    OTHER = "other", _("Other")


URGENT = {Reason.VIOLENCE, Reason.ILLEGAL}


def due_at(reason: Reason) -> datetime:
    """When a report made now should have been looked at."""
    hours = settings.REPORT_HOURS / (URGENT_PART if reason in URGENT else 1)
    return timezone.now() + timedelta(hours=hours)


class Source(models.TextChoices):
    """Who reports."""

    PEOPLE = "people", _("People")
    AUTOMATIC = "automatic", _("Automatic")


class State(models.TextChoices):
    """What became of a report."""

    OPEN = "open", _("Open")
    REVIEW = "review", _("Being looked at")
    REMOVED = "removed", _("Message removed")
    RESOLVED = "resolved", _("Acted on")
    DISMISSED = "dismissed", _("Dismissed")


OPEN_STATES = (State.OPEN, State.REVIEW)


class Report(models.Model):
    """That somebody thinks a message, a person or a conversation is not as it should be: exactly one of the three.

    It copies nothing of a message: what is deleted is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="reports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="reports")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="reports")
    # Whom it is about, if it is somebody: said again here to be found by, since that never changes.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, editable=False
    )
    # None: the server itself.
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=9, choices=Source, default=Source.PEOPLE)
    rule = models.CharField(max_length=16, choices=Rule, blank=True)  # of the server's own: what was noticed
    key = models.CharField(max_length=64, blank=True, editable=False)  # the rule and the person: open once
    messages = models.ManyToManyField(Message, related_name="+", blank=True)  # of the server's own: what was said
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        permissions = [
            ("remove_message", "Can remove messages of others"),
            ("restore_message", "Can put removed messages back"),
            ("lock_conversation", "Can lock conversations, and open them again"),
            ("archive_conversation", "Can archive conversations for all in them, and undo that"),
            ("change_group", "Can change the title, description and history of groups"),
            ("change_members", "Can add people to groups, remove them, and give roles"),
            ("revoke_invite", "Can revoke invites to groups"),
            ("hold_conversation", "Can hold conversations, so that what is deleted is kept, and end that"),
            ("export_conversation", "Can export whole conversations for a court, and download that"),
            ("read_private", "Can read conversations, saying why: in no role, and not by being a superuser"),
            ("warn_user", "Can warn people"),
            ("suspend_user", "Can suspend people, and end that"),
            ("ban_user", "Can ban people, and let them in again"),
            ("end_sessions", "Can log people out everywhere"),
            ("reset_two_factor", "Can turn two-factor log-in of people off"),
            ("remove_all_messages", "Can remove all messages of a person"),
            ("exempt_user", "Can exempt accounts from automatic limits"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "reporter"], name="report_once"),
            models.UniqueConstraint(fields=["user", "reporter"], name="report_user_once"),
            models.UniqueConstraint(fields=["conversation", "reporter"], name="report_conversation_once"),
            models.CheckConstraint(
                condition=Q(message__isnull=False, user=None, conversation=None)
                | Q(message=None, user__isnull=False, conversation=None)
                | Q(message=None, user=None, conversation__isnull=False),
                name="report_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["key"], name="report_automatic_once", condition=Q(state__in=["open", "review"]) & ~Q(key="")
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "-id"], name="report_queue"),
            models.Index(fields=["due_at"], name="report_due", condition=Q(state__in=["open", "review"])),
            models.Index(fields=["person", "-id"], name="report_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.person or self.place or gettext('somebody who is gone')}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, and at first with whom it is about."""
        if self._state.adding:
            self.person_id = self.message.sender_id if self.message is not None else self.user_id
        super().save(*args, **kwargs)

    @property
    def target(self) -> Message | User | Conversation:
        """What it is about."""
        target = self.message or self.user or self.conversation
        assert target is not None  # noqa: S101 - the database sees to it
        return target

    @property
    def place(self) -> Conversation | None:
        """The conversation it is about, or of the message it is about."""
        return self.message.conversation if self.message is not None else self.conversation

    @property
    def holder(self) -> str:
        """Who looks after it, by id, to be compared with later; never empty."""
        return str(self.assignee_id or "nobody")

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state in OPEN_STATES
