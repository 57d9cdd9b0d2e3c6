"""Every change of a conversation: one transaction each, the conversation's row locked first, the event last."""

from chat.actions.attachments import QuotaExceeded, discard_attachment, upload_attachment
from chat.actions.avatars import set_group_avatar
from chat.actions.blocks import block, unblock
from chat.actions.conversations import create_group, delete_group, open_direct, set_own, update_conversation
from chat.actions.deleting import delete_message, expire_message, remove_message
from chat.actions.delivery import mark_delivered, note_handed_over
from chat.actions.drafts import save_draft
from chat.actions.editing import edit_message
from chat.actions.errors import Archived, Blocked, LastAdmin, Locked, NotAGroup, NotAllowed, NotHere, Unfit, WrongField
from chat.actions.exports import make_exports, request_export
from chat.actions.forwarding import forward_message
from chat.actions.holding import set_held
from chat.actions.imports import import_conversation
from chat.actions.invites import accept_invite, create_invite, revoke_invite, withdraw_invite
from chat.actions.locking import set_archived, set_locked, tell_staff_reads
from chat.actions.looking_after import add_people, change_role, change_settings, remove_person
from chat.actions.messages import ClientIdTaken, send_message
from chat.actions.participants import add_participants, leave, remove_participant, set_role
from chat.actions.pins import pin_message, unpin_message
from chat.actions.previews import hide_previews, show_previews
from chat.actions.reactions import add_reaction, remove_reaction
from chat.actions.reading import mark_all_read, mark_read, mark_sender_read, mark_unread_from
from chat.actions.reminders import remind_due, remove_reminder, set_reminder
from chat.actions.restoring import forget_removed, restore_message, tidy_removed
from chat.actions.retention import remove_old
from chat.actions.scheduled import (
    cancel_scheduled,
    change_scheduled,
    schedule_message,
    send_due,
    send_scheduled_now,
    tidy_scheduled,
)
from chat.actions.slack import SlackImport, import_slack
from chat.actions.stars import set_star

__all__ = [
    "Archived",
    "Blocked",
    "ClientIdTaken",
    "LastAdmin",
    "Locked",
    "NotAGroup",
    "NotAllowed",
    "NotHere",
    "QuotaExceeded",
    "SlackImport",
    "Unfit",
    "WrongField",
    "accept_invite",
    "add_participants",
    "add_people",
    "add_reaction",
    "block",
    "cancel_scheduled",
    "change_role",
    "change_scheduled",
    "change_settings",
    "create_group",
    "create_invite",
    "delete_group",
    "delete_message",
    "discard_attachment",
    "edit_message",
    "expire_message",
    "forget_removed",
    "forward_message",
    "hide_previews",
    "import_conversation",
    "import_slack",
    "leave",
    "make_exports",
    "mark_all_read",
    "mark_delivered",
    "mark_read",
    "mark_sender_read",
    "mark_unread_from",
    "note_handed_over",
    "open_direct",
    "pin_message",
    "remind_due",
    "remove_message",
    "remove_old",
    "remove_participant",
    "remove_person",
    "remove_reaction",
    "remove_reminder",
    "request_export",
    "restore_message",
    "revoke_invite",
    "save_draft",
    "schedule_message",
    "send_due",
    "send_message",
    "send_scheduled_now",
    "set_archived",
    "set_group_avatar",
    "set_held",
    "set_locked",
    "set_own",
    "set_reminder",
    "set_role",
    "set_star",
    "show_previews",
    "tell_staff_reads",
    "tidy_removed",
    "tidy_scheduled",
    "unblock",
    "unpin_message",
    "update_conversation",
    "upload_attachment",
    "withdraw_invite",
]
