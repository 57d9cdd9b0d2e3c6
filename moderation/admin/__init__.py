"""The administration's pages, by noun. The site itself is in `moderation.office`: Django makes it before these."""

from moderation.admin import audit, broadcasts, conversations, messages, people, reports

__all__ = ["audit", "broadcasts", "conversations", "messages", "people", "reports"]
