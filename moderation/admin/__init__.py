"""The administration's pages, by noun. The site itself is in `moderation.office`: Django makes it before these."""

from moderation.admin import (
    attachments,
    audit,
    broadcasts,
    conversations,
    invites,
    legal,
    messages,
    naming,
    people,
    removed,
    reports,
    words,
)

__all__ = [
    "attachments",
    "audit",
    "broadcasts",
    "conversations",
    "invites",
    "legal",
    "messages",
    "naming",
    "people",
    "removed",
    "reports",
    "words",
]

naming.name_everything()
