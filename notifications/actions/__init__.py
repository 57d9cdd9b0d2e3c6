"""Every change of notifications: one transaction each, the inboxes of its people locked first, the events last."""

from notifications.actions.delivery import mark_delivered, mark_handed_over
from notifications.actions.digests import queue_digests, stop_digests
from notifications.actions.following import carry_out
from notifications.actions.notify import notify
from notifications.actions.preferences import set_preferences
from notifications.actions.pushing import claim_pushes, settle_push, subscribe, unsubscribe
from notifications.actions.reading import delete, mark_all_read, mark_read
from notifications.actions.telling import tell_changes
from notifications.actions.tidying import tidy_notifications

__all__ = [
    "carry_out",
    "claim_pushes",
    "delete",
    "mark_all_read",
    "mark_delivered",
    "mark_handed_over",
    "mark_read",
    "notify",
    "queue_digests",
    "set_preferences",
    "settle_push",
    "stop_digests",
    "subscribe",
    "tell_changes",
    "tidy_notifications",
    "unsubscribe",
]
