"""What people are told of, how they want to be told, and what was decided. All changes: `notifications.actions`."""

from notifications.models.counting import MOST_COUNTED, counts_of
from notifications.models.decided import Decided
from notifications.models.notifications import (
    CONCERNING_MESSAGES,
    FIRST_PAGE,
    PAGE,
    TICKS,
    Inbox,
    Notification,
    NotificationQuerySet,
    Type,
    Untold,
)
from notifications.models.preferences import CHANNELS, Channel, Digest, Preferences
from notifications.models.push import FailedPush, Push, PushSubscription

__all__ = [
    "CHANNELS",
    "CONCERNING_MESSAGES",
    "FIRST_PAGE",
    "MOST_COUNTED",
    "PAGE",
    "TICKS",
    "Channel",
    "Decided",
    "Digest",
    "FailedPush",
    "Inbox",
    "Notification",
    "NotificationQuerySet",
    "Preferences",
    "Push",
    "PushSubscription",
    "Type",
    "Untold",
    "counts_of",
]
