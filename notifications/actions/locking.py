"""What every change begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.models import Inbox

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def lock_inboxes(user_ids: Collection[UUID]) -> dict[UUID, Inbox]:
    """The inboxes of these people, locked, always in the same order; made where there are none."""
    ids = sorted(set(user_ids))
    inboxes = Inbox.objects.select_for_update(no_key=True).filter(user__in=ids).order_by("user")
    found = {inbox.user_id: inbox for inbox in inboxes}
    missing = [user_id for user_id in ids if user_id not in found]
    if missing:
        Inbox.objects.bulk_create((Inbox(user_id=user_id) for user_id in missing), ignore_conflicts=True)
        found |= {inbox.user_id: inbox for inbox in inboxes.filter(user__in=missing)}
    return found
