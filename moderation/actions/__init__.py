"""Everything that staff do: one transaction each, the change by its own app's action, and its line in the audit log."""

from moderation.actions.acting import Order, act_on
from moderation.actions.auditing import note
from moderation.actions.broadcasts import send_broadcast, send_due_broadcasts, tell_broadcasts, write_broadcast
from moderation.actions.conversations import set_locked
from moderation.actions.people import (
    ban,
    end_sessions,
    end_suspension,
    remove_all_messages,
    reset_two_factor,
    suspend,
    unban,
    warn,
)
from moderation.actions.private import may_read_now, read_private
from moderation.actions.removing import remove_message, restore_message
from moderation.actions.reporting import assign, dismiss, report_conversation, report_message, report_user
from moderation.actions.sampling import take_sample

__all__ = [
    "Order",
    "act_on",
    "assign",
    "ban",
    "dismiss",
    "end_sessions",
    "end_suspension",
    "may_read_now",
    "note",
    "read_private",
    "remove_all_messages",
    "remove_message",
    "report_conversation",
    "report_message",
    "report_user",
    "reset_two_factor",
    "restore_message",
    "send_broadcast",
    "send_due_broadcasts",
    "set_locked",
    "suspend",
    "take_sample",
    "tell_broadcasts",
    "unban",
    "warn",
    "write_broadcast",
]
