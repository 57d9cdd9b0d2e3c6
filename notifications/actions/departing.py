"""What becomes of notifications when somebody deletes their account. `accounts.actions.departing` calls this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from notifications.actions.locking import lock_inboxes
from notifications.models import Inbox, Notification, Preferences, PushSubscription, Untold
from notifications.wording import write_title

if TYPE_CHECKING:
    from accounts.models import Departure, User

BATCH = 200


def forget(user: User) -> None:
    """Delete the person's own: with the notifications and the browsers, the pushes that wait."""
    for model in (Notification, PushSubscription, Preferences, Inbox):
        model._default_manager.filter(user=user).delete()


def take_out(departure: Departure) -> None:
    """Take the name out of what others were told; what they hold follows by `tell_changes`."""
    forget(departure.user)  # what was told between the deletion and now
    user_id = str(departure.user_id)
    for about, name in (("sender_id", "sender_name"), ("user_id", "user_name")):
        named = Notification.objects.filter(**{f"data__{about}": user_id}).exclude(**{f"data__{name}": ""})
        while batch := list(named.order_by("pk").values_list("pk", "user_id")[:BATCH]):
            with transaction.atomic():
                lock_inboxes({owner for _pk, owner in batch})
                for each in named.filter(pk__in=[pk for pk, _owner in batch]):
                    _unname(each, about, name)
    listed = Notification.objects.filter(data__senders__icontains=user_id)
    while batch := list(listed.order_by("pk").values_list("pk", "user_id")[:BATCH]):
        with transaction.atomic():
            lock_inboxes({owner for _pk, owner in batch})
            for each in listed.filter(pk__in=[pk for pk, _owner in batch]):
                _unlist(each, user_id)


def _unname(notification: Notification, about: str, name: str) -> None:
    data = {**notification.data, name: ""}
    if about == "sender_id":
        data["avatar_url"] = None
    _rewrite(notification, data)


def _unlist(notification: Notification, user_id: str) -> None:
    nobody = {"id": None, "name": ""}
    senders = [nobody if each["id"] == user_id else each for each in notification.data["senders"]]
    _rewrite(notification, {**notification.data, "senders": senders})


def _rewrite(notification: Notification, data: dict[str, Any]) -> None:
    notification.data, notification.untold = data, Untold.CONTENT
    write_title(notification)
    notification.save(update_fields=["data", "untold", "title"])
