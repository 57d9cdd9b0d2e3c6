"""What staff did: written once, read for ever. The database itself refuses to change it (moderation/append_only.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import Model


class Act(models.TextChoices):
    """What staff do."""

    REMOVE = "remove", _("Remove the message")
    RESTORE = "restore", _("Put the message back")
    WARN = "warn", _("Warn the person")
    SUSPEND = "suspend", _("Suspend the person")
    END_SUSPENSION = "end_suspension", _("End the suspension")
    BAN = "ban", _("Ban the person")
    UNBAN = "unban", _("Let the person in again")
    END_SESSIONS = "end_sessions", _("Log the person out everywhere")
    RESET_TWO_FACTOR = "reset_two_factor", _("Turn two-factor log-in off")
    REMOVE_ALL = "remove_all", _("Remove all the person's messages")
    LOCK = "lock", _("Lock the conversation")
    UNLOCK = "unlock", _("Open the conversation again")
    ARCHIVE = "archive", _("Archive the conversation")
    UNARCHIVE = "unarchive", _("Take the conversation out of the archive")
    CHANGE = "change", _("Change the settings")
    ADD_PEOPLE = "add_people", _("Add people")
    REMOVE_PERSON = "remove_person", _("Remove the person from the conversation")
    SET_ROLE = "set_role", _("Give the person a role")
    REVOKE_INVITE = "revoke_invite", _("Revoke the invite")
    REMOVE_FILE = "remove_file", _("Remove the file")
    READ = "read", _("Read the conversation")
    HOLD = "hold", _("Hold the conversation")
    END_HOLD = "end_hold", _("End the hold")
    EXPORT = "export", _("Export the conversation")
    DOWNLOAD = "download", _("Download the export")
    BROADCAST = "broadcast", _("Send the broadcast")
    DISMISS = "dismiss", _("Dismiss the report")
    ASSIGN = "assign", _("Take the report")
    HAND_OVER = "hand_over", _("Give the report to a colleague")
    GIVE_BACK = "give_back", _("Give the report back to the queue")
    EXEMPT = "exempt", _("Exempt the account from automatic limits")
    END_EXEMPTION = "end_exemption", _("End the exemption")


class Deed(models.TextChoices):
    """What is done without a page that asks why: by a form, to the list of blocked words, by the server itself."""

    CHANGE_ROLE = "change_role", _("Change a role of staff")
    DELETE_ROLE = "delete_role", _("Delete a role of staff")
    ADD_PERSON = "add_person", _("Make an account")
    CHANGE_PERSON = "change_person", _("Change an account")
    SET_PASSWORD = "set_password", _("Change the password")
    ADD_WORDS = "add_words", _("Block words")
    CHANGE_WORD = "change_word", _("Change a blocked word")
    DELETE_WORD = "delete_word", _("Block a word no longer")
    SLOW = "slow", _("Slow the person down")
    REFUSE = "refuse", _("Refuse what the person said")
    FLAG = "flag", _("Report the person to staff")


AUTOMATIC = "automatic"  # who did what the server did by itself
# Which permission of the app each takes; what takes something back takes the same.
PERMISSIONS = {
    Act.REMOVE: "remove_message",
    Act.RESTORE: "restore_message",
    Act.WARN: "warn_user",
    Act.SUSPEND: "suspend_user",
    Act.END_SUSPENSION: "suspend_user",
    Act.BAN: "ban_user",
    Act.UNBAN: "ban_user",
    Act.END_SESSIONS: "end_sessions",
    Act.RESET_TWO_FACTOR: "reset_two_factor",
    Act.REMOVE_ALL: "remove_all_messages",
    Act.LOCK: "lock_conversation",
    Act.UNLOCK: "lock_conversation",
    Act.ARCHIVE: "archive_conversation",
    Act.UNARCHIVE: "archive_conversation",
    Act.CHANGE: "change_group",
    Act.ADD_PEOPLE: "change_members",
    Act.REMOVE_PERSON: "change_members",
    Act.SET_ROLE: "change_members",
    Act.REVOKE_INVITE: "revoke_invite",
    Act.REMOVE_FILE: "remove_message",
    Act.READ: "read_private",
    Act.HOLD: "hold_conversation",
    Act.END_HOLD: "hold_conversation",
    Act.EXPORT: "export_conversation",
    Act.DOWNLOAD: "export_conversation",
    Act.BROADCAST: "send_broadcast",
    Act.DISMISS: "change_report",
    Act.ASSIGN: "change_report",
    Act.HAND_OVER: "change_report",
    Act.GIVE_BACK: "change_report",
    Act.EXEMPT: "exempt_user",
    Act.END_EXEMPTION: "exempt_user",
}


class AppendOnly(RuntimeError):
    """Somebody tried to change or delete what is written once."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads, and nothing else."""

    def about(self, target: Model) -> Self:
        """What was done to something, the last first."""
        return self.filter(target_type=target._meta.model_name, target_id=str(target.pk)).order_by("-id")

    def update(self, **_changes: Any) -> NoReturn:
        """Never."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Never."""
        raise AppendOnly

    def bulk_update(self, _objs: Iterable[Any], _fields: Iterable[str], _batch_size: int | None = None) -> NoReturn:
        """Never."""
        raise AppendOnly


class AuditEntry(models.Model):
    """One thing that one of the staff did. It refers to nothing by a foreign key: what it tells of may go, it stays.

    Nothing that people said is in it: what is removed is not kept here.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by_id: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(null=True, editable=False)
    by_name = models.CharField(_("by"), max_length=150, editable=False)
    act = models.CharField(max_length=32, choices=[*Act.choices, *Deed.choices], editable=False)
    target_type = models.CharField(max_length=32, editable=False)
    target_id = models.CharField(max_length=36, editable=False)
    target_name = models.CharField(_("what"), max_length=200, editable=False)
    reason = models.TextField(editable=False)
    before = models.JSONField(default=dict, editable=False)
    after = models.JSONField(default=dict, editable=False)
    report_id: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(null=True, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("audit log")
        default_permissions = ("view",)
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_target"),
            models.Index(fields=["by_id", "-id"], name="audit_by"),
            models.Index(fields=["by_name", "-id"], name="audit_by_name"),
            models.Index(fields=["act", "-id"], name="audit_act"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.act} {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, once.

        Raises:
            AppendOnly: it is written already.
        """
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Never."""
        raise AppendOnly
