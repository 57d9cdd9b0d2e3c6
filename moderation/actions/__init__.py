"""Everything that staff do: one transaction each, the change by its own app's action, and its line in the audit log."""

from moderation.actions.acting import Order, act_on
from moderation.actions.attachments import remove_file
from moderation.actions.auditing import note
from moderation.actions.broadcasts import send_broadcast, send_due_broadcasts, tell_broadcasts, write_broadcast
from moderation.actions.conversations import set_archived, set_locked
from moderation.actions.groups import add_people, change_settings, remove_person, revoke_invite, set_role
from moderation.actions.handing import assign, give_back, hand_over
from moderation.actions.legal import make_legal_exports, note_download, request_export, set_held, tidy_legal_exports
from moderation.actions.noticing import keep_notices, notice_signups, raise_notices
from moderation.actions.people import (
    ban,
    end_session,
    end_sessions,
    end_suspension,
    remove_all_messages,
    reset_two_factor,
    set_exempt,
    suspend,
    unban,
    warn,
)
from moderation.actions.private import may_read_now, read_private
from moderation.actions.removing import remove_message, restore_message
from moderation.actions.reporting import dismiss, report_conversation, report_message, report_user
from moderation.actions.sampling import take_sample
from moderation.actions.wording import delete_words, import_words, save_word

__all__ = [
    "Order",
    "act_on",
    "add_people",
    "assign",
    "ban",
    "change_settings",
    "delete_words",
    "dismiss",
    "end_session",
    "end_sessions",
    "end_suspension",
    "give_back",
    "hand_over",
    "import_words",
    "keep_notices",
    "make_legal_exports",
    "may_read_now",
    "note",
    "note_download",
    "notice_signups",
    "raise_notices",
    "read_private",
    "remove_all_messages",
    "remove_file",
    "remove_message",
    "remove_person",
    "report_conversation",
    "report_message",
    "report_user",
    "request_export",
    "reset_two_factor",
    "restore_message",
    "revoke_invite",
    "save_word",
    "send_broadcast",
    "send_due_broadcasts",
    "set_archived",
    "set_exempt",
    "set_held",
    "set_locked",
    "set_role",
    "suspend",
    "take_sample",
    "tell_broadcasts",
    "tidy_legal_exports",
    "unban",
    "warn",
    "write_broadcast",
]
