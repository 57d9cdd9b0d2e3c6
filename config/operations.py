"""What the OpenAPI document says of single operations: short summaries where the docstring leans on its class, and
examples. An example is an operation's request (None: it has none) and (status, answer) pairs; a test holds them against
the schemas.
"""

from __future__ import annotations

from typing import Any

SUMMARIES = {
    "auth_register": "Sign up",
    "auth_token": "Log in: a first pair of tokens",
    "auth_token_refresh": "Exchange a refresh token for the next pair",
    "auth_logout": "Log out",
    "auth_sessions": "List my devices",
    "auth_session_end": "Log one of my devices out",
    "auth_password": "Change my password",
    "auth_passkey": "Log in with a passkey",
    "auth_passkey_options": "Begin to log in with a passkey",
    "passkeys": "List my passkeys",
    "passkey_options": "Begin to add a passkey",
    "passkey_add": "Add a passkey",
    "passkey_rename": "Rename a passkey",
    "passkey_remove": "Remove a passkey",
    "me": "Show myself",
    "me_update": "Change what I say of myself",
    "avatar_set": "Change my picture",
    "avatar_remove": "Show no picture of me",
    "avatar": "Download somebody's picture",
    "users": "List or find people",
    "user": "Show a person",
    "conversation_list": "List my conversations, newest activity first",
    "conversation_direct": "Get or create the direct conversation with somebody",
    "conversation_group": "Create a group",
    "conversation_get": "Show a conversation",
    "conversation_update": "Change a group, or my own title of a direct conversation",
    "conversation_delete": "Delete a group for everybody",
    "conversation_avatar_set": "Change the picture of a group",
    "conversation_avatar_remove": "Show no picture of a group",
    "conversation_avatar": "Download the picture of a group",
    "conversation_me": "Change my own side of a conversation: level, mute, pin, archive",
    "conversation_messages": "Read the history of a conversation",
    "conversation_read_marker": "Say how far I have read",
    "participants_list": "List who takes part in a conversation",
    "participants_add": "Add people to a group",
    "participant_role": "Give somebody a role",
    "participant_remove": "Remove somebody from a group, or leave it",
    "unread_counts": "Count what I have not read",
    "message_send": "Send a message",
    "message_status": "Show how far a message has come, and to whom",
    "message_set_status": "Say that I have received or read a message",
    "conversations_mark_read": "Read everything, or everything of one person",
    "user_block": "Block somebody",
    "user_unblock": "Take a block back",
    "users_blocked": "List whom I have blocked",
    "message_get": "Show a message",
    "attachment_upload": "Upload a file, to be sent with a message",
    "attachment_get": "Download a file",
    "attachment_thumbnail": "Download the small picture of a picture",
    "reaction_add": "React to a message",
    "reaction_remove": "Take a reaction back",
    "message_pin": "Pin a message for everybody",
    "message_unpin": "Take the pin of a message away",
    "conversation_pins": "List what is pinned in a conversation",
    "message_star": "Keep a message for myself",
    "message_unstar": "Keep a message no longer",
    "messages_starred": "List the messages I keep",
    "invites_list": "List the invite links of a group",
    "invite_create": "Make an invite link to a group",
    "invite_revoke": "Revoke an invite link",
    "invite_preview": "Show the group that an invite link is to",
    "invite_accept": "Join a group by an invite link",
    "conversation_draft": "Keep a draft",
    "notification_list": "List my notifications",
    "notification_unread_count": "Count the notifications that I have not read",
    "notification_read": "Mark a notification as read",
    "notification_read_all": "Mark all notifications as read, or those of one conversation",
    "notification_delete": "Delete a notification",
    "notification_preferences": "Show how I want to be told",
    "notification_preferences_set": "Change how I want to be told",
    "push_key": "Show the key that browsers subscribe to pushes with",
    "push_subscribe": "Have a browser told by push",
    "push_unsubscribe": "Have a browser told by push no more",
    "notification_why": "Say why I was told of a message, or was not",
    "presence": "Who is here",
    "presence_heartbeat": "Say how present I am on this device",
    "realtime_typing": "Say that I am typing, or no longer",
    "realtime_status": "Is the server there, and how is it?",
    "auth_stream_ticket": "Get a ticket for one stream or poll",
    "scheduled_list": "List my messages to be sent later",
    "message_schedule": "Send a message later",
    "scheduled_change": "Change a message to be sent later",
    "scheduled_cancel": "Cancel a message to be sent later",
    "scheduled_send": "Send a message now that was to be sent later",
    "reminder_set": "Remind me of a message",
    "reminder_remove": "Remind me of a message no more",
    "reminders_list": "List my reminders",
    "previews_hide": "Show nothing of what a message links to",
    "preview_image": "Download the picture of a page that a message links to",
    "conversation_export": "Have a conversation written to a file",
    "exports_list": "List my exports",
    "export_get": "Show how far an export is",
    "export_file": "Download an export",
}

ALICE = {
    "id": "0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a01",
    "username": "alice",
    "display_name": "Alice Moreau",
    "avatar_url": None,
    "status_text": "On the train",
    "status_emoji": "🚆",
    "is_bot": False,
    "last_seen_at": "2026-03-01T09:30:00Z",
}
BOB = {
    **ALICE,
    "id": "0199b0a4-9e02-7b11-8a44-5d0e7c9b3b02",
    "username": "bob",
    "display_name": "Bob Lindqvist",
    "status_text": "",
    "status_emoji": "",
}
CONVERSATION_ID = "0199b0a5-11aa-7c90-b1d2-0a4d5e6f7a03"
CURSOR = "5f2c9a1e.1042"

MESSAGE: dict[str, Any] = {
    "id": "0199b0a5-3c4d-7e5f-8a9b-1c2d3e4f5a04",
    "conversation_id": CONVERSATION_ID,
    "seq": 1,
    "client_id": "9b0f6a52-1",
    "type": "text",
    "sender": ALICE,
    "content": "Are you **there**?",
    "system": None,
    "mentions": [],
    "mentions_all": False,
    "reply_to": None,
    "thread_root": None,
    "reply_count": 0,
    "forwarded": False,
    "attachments": [],
    "previews": [],
    "reactions": [],
    "status": "sent",
    "pinned_at": None,
    "starred": False,
    "created_at": "2026-03-01T09:30:01.250000Z",
    "edited_at": None,
    "deleted_at": None,
}
ME: dict[str, Any] = {
    "role": "member",
    "title": "",
    "read_seq": 1,
    "read_senders": {},
    "unread": 0,
    "mentions": 0,
    "notification_level": "all",
    "muted_until": None,
    "pinned": False,
    "archived": False,
    "draft": None,
}
DIRECT: dict[str, Any] = {
    "id": CONVERSATION_ID,
    "kind": "direct",
    "title": "",
    "description": "",
    "avatar_url": None,
    "history": "shared",
    "encrypted": False,
    "locked": False,
    "archived": False,
    "created_by": ALICE["id"],
    "created_at": "2026-03-01T09:29:00Z",
    "last_seq": 0,
    "deleted_count": 0,
    "last_message": None,
    "last_activity_at": "2026-03-01T09:29:00Z",
    "participants": [
        {"user": person, "role": "member", "joined_at": "2026-03-01T09:29:00Z", "read_seq": 0, "delivered_seq": 0}
        for person in (ALICE, BOB)
    ],
    "participant_count": 2,
    "me": {**ME, "read_seq": 0},
}
GROUP = {**DIRECT, "kind": "group", "title": "Harbour walk", "description": "Sundays at ten"}
PAIR = {"access": "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbiI6ImFjY2VzcyJ9.c2ln", "refresh": "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"}

EXPORT: dict[str, Any] = {
    "id": "0199b0a6-2b3c-7d4e-8f5a-6b7c8d9e0a05",
    "conversation_id": CONVERSATION_ID,
    "format": "html",
    "state": "waiting",
    "reason": None,
    "size": None,
    "created_at": "2026-03-01T09:31:00Z",
    "expires_at": "2026-03-08T09:31:00Z",
    "url": None,
}
EXPORTED = {**EXPORT, "state": "done", "size": 48_213, "url": f"/api/exports/{EXPORT['id']}/file"}
NOTIFICATION: dict[str, Any] = {
    "id": "01975c2e-9d0a-7c3f-8a41-3f0f6ad2c5b9",
    "type": "message.new",
    "title": "12 new messages from Bob Lindqvist",
    "text": "Are you there?",
    "data": {
        "conversation_id": CONVERSATION_ID,
        "conversation_title": "",
        "message_id": "01975c2e-9d0a-7c3f-8a41-3f0f6ad2c5aa",
        "seq": 12,
        "sender_id": BOB["id"],
        "sender_name": "Bob Lindqvist",
        "avatar_url": None,
    },
    "count": 12,
    "is_read": False,
    "is_delivered": True,
    "created_at": "2026-03-01T09:30:00Z",
    "updated_at": "2026-03-01T09:41:00Z",
}

Example = tuple[Any, ...]

EXAMPLES: dict[str, Example] = {
    "auth_register": (
        {"username": "alice", "password": "correct horse battery", "display_name": "Alice Moreau"},
        (201, {**ALICE, "status_text": "", "status_emoji": "", "last_seen_at": None}),
    ),
    "auth_token": ({"username": "alice", "password": "correct horse battery"}, (200, PAIR)),
    "auth_token_refresh": ({"refresh": PAIR["refresh"]}, (200, PAIR)),
    "conversation_direct": ({"user_id": BOB["id"]}, (201, DIRECT), (200, DIRECT)),
    "conversation_group": (
        {"title": "Harbour walk", "participant_ids": [BOB["id"]], "description": "Sundays at ten"},
        (201, GROUP),
    ),
    "conversation_list": (None, (200, {"results": [DIRECT], "next": None, "cursor": CURSOR})),
    "conversation_messages": (
        None,
        (200, {"results": [MESSAGE], "has_more_before": False, "has_more_after": False, "cursor": CURSOR}),
    ),
    "conversation_read_marker": ({"seq": 1}, (200, {"read_seq": 1, "unread": 0})),
    "unread_counts": (None, (200, {"total": 3, "conversations": {CONVERSATION_ID: 3}, "users": {BOB["id"]: 3}})),
    "message_send": (
        {"conversation_id": CONVERSATION_ID, "client_id": "9b0f6a52-1", "content": "Are you **there**?"},
        (201, MESSAGE),
        (200, {**MESSAGE, "status": "read"}),
    ),
    "conversation_export": ({"format": "html"}, (202, EXPORT)),
    "export_get": (None, (200, EXPORTED)),
    "exports_list": (None, (200, {"results": [EXPORTED], "next": None})),
    "notification_list": (
        None,
        (
            200,
            {"results": [NOTIFICATION], "count": 1, "page": 1, "pages": 1, "unread_count": 1, "cursor": CURSOR},
        ),
    ),
    "notification_read": (None, (200, {**NOTIFICATION, "is_read": True})),
    "notification_read_all": ({"conversation_id": CONVERSATION_ID}, (200, {"unread_count": 0})),
    "notification_preferences_set": (
        {
            "levels": {"message.new": {"sound": True}},
            "quiet_hours": {"enabled": True, "start": "22:00", "end": "07:00", "time_zone": "Europe/Berlin"},
            "keywords": ["harbour"],
        },
    ),
    "presence": (
        None,
        (
            200,
            {
                "results": [
                    {
                        "user_id": ALICE["id"],
                        "status": "online",
                        "last_seen_at": "2026-03-01T09:30:00Z",
                        "conversation_id": CONVERSATION_ID,
                    }
                ],
                "online_count": 12,
            },
        ),
    ),
    "presence_heartbeat": ({"status": "online", "conversation_id": CONVERSATION_ID},),
    "realtime_typing": ({"conversation_id": CONVERSATION_ID, "is_typing": True},),
    "realtime_poll": (
        None,
        (
            200,
            {
                "events": [{"id": CURSOR, "type": "message.created", "data": {"message": MESSAGE}}],
                "cursor": CURSOR,
                "reset": False,
                "user_id": ALICE["id"],
            },
        ),
    ),
}


def _error(code: str, detail: str, attr: str | None = None, kind: str = "client_error") -> dict[str, Any]:
    return {"type": kind, "errors": [{"code": code, "detail": detail, "attr": attr}]}


ERRORS = {
    400: _error("required", "This field is required.", "content", "validation_error"),
    401: _error("not_authenticated", "Authentication credentials were not provided."),
    403: _error("permission_denied", "You do not have permission to perform this action."),
    404: _error("not_found", "Not found."),
    409: _error("conflict", "This client_id belongs to a message in another conversation."),
    413: _error("too_large", "The body is too large."),
    415: _error("unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    429: _error("throttled", "Request was throttled. Expected available in 2 seconds."),
    503: _error(
        "unavailable",
        "The server cannot reach its database right now. Nothing was saved: try again.",
        None,
        "server_error",
    ),
}
