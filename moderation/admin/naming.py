"""What the administration calls models and their fields, in the language of whoever reads.

Here and not in the models, where each name would be a migration. In English they are what Django makes of the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Session, User
from chat.models import Attachment, Conversation, ImportedPerson, Invite, Message, MessageEdit, RemovedMessage
from moderation.models import AuditEntry, Broadcast, Report

if TYPE_CHECKING:
    from django.db.models import Model

MODELS: dict[type[Model], tuple[Any, Any]] = {
    User: (_("user"), _("users")),
    Session: (_("session"), _("sessions")),
    Conversation: (_("conversation"), _("conversations")),
    Message: (_("message"), _("messages")),
    MessageEdit: (_("message edit"), _("message edits")),
    ImportedPerson: (_("imported person"), _("imported people")),
    Attachment: (_("attachment"), _("attachments")),
    Invite: (_("invite"), _("invites")),
    RemovedMessage: (_("removed message"), _("removed messages")),
    Report: (_("report"), _("reports")),
    AuditEntry: (_("audit entry"), _("audit log")),
    Broadcast: (_("broadcast"), _("broadcasts")),
}
FIELDS: dict[str, Any] = {
    "act": _("act"),
    "address": _("address"),
    "after": _("after"),
    "assignee": _("assignee"),
    "at": _("at"),
    "before": _("before"),
    "content": _("content"),
    "conversation": _("conversation"),
    "created_at": _("created at"),
    "created_by": _("created by"),
    "date_joined": _("date joined"),
    "deleted_at": _("deleted at"),
    "display_name": _("display name"),
    "due_at": _("due at"),
    "edited_at": _("edited at"),
    "edited_by": _("edited by"),
    "email": _("email"),
    "end_reason": _("end reason"),
    "ended_at": _("ended at"),
    "expires_at": _("expires at"),
    "is_active": _("is active"),
    "is_bot": _("is bot"),
    "is_placeholder": _("is placeholder"),
    "is_staff": _("is staff"),
    "kind": _("kind"),
    "last_activity_at": _("last activity at"),
    "last_seen_at": _("last seen at"),
    "last_seq": _("last seq"),
    "level": _("level"),
    "locked_at": _("locked at"),
    "message": _("message"),
    "media_type": _("media type"),
    "owner": _("owner"),
    "participant_count": _("participant count"),
    "reason": _("reason"),
    "removed_at": _("removed at"),
    "removed_by": _("removed by"),
    "reporter": _("reporter"),
    "send_at": _("send at"),
    "sender": _("sender"),
    "sent_at": _("sent at"),
    "source": _("source"),
    "state": _("state"),
    "status_emoji": _("status emoji"),
    "status_expires_at": _("status expires at"),
    "status_text": _("status text"),
    "suspended_until": _("suspended until"),
    "target_id": _("target id"),
    "target_type": _("target type"),
    "time_zone": _("time zone"),
    "title": _("title"),
    "told_at": _("told at"),
    "two_factor": _("two factor"),
    "type": pgettext_lazy("of a message", "type"),
    "user": _("user"),
    "user_agent": _("user agent"),
    "username": _("username"),
}


def name_everything() -> None:
    """Give all of them their names; what a model named itself stays."""
    for model, (one, many) in MODELS.items():
        model._meta.verbose_name, model._meta.verbose_name_plural = one, many
        for field in model._meta.concrete_fields:
            if field.name in FIELDS and field._verbose_name is None:  # type: ignore[attr-defined] # as it was declared
                field.verbose_name = FIELDS[field.name]
