"""The administration's pages, by noun. The site itself is in `moderation.office`: Django makes it before these."""

from moderation.admin import (
    attachments,
    audit,
    broadcasts,
    conversations,
    edits,
    invites,
    legal,
    messages,
    naming,
    people,
    removed,
    reports,
    sessions,
    words,
)

__all__ = [
    "attachments",
    "audit",
    "broadcasts",
    "conversations",
    "edits",
    "invites",
    "legal",
    "messages",
    "naming",
    "people",
    "removed",
    "reports",
    "sessions",
    "words",
]

naming.name_everything()
