"""Setting how one wants to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import update_profile
from accounts.models import User
from notifications.models import Preferences
from notifications.serializers import preferences_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = {
    "snooze_until": "snooze_until",
    "keywords": "keywords",
    "email_digest": "email_digest",
    "email_digest_hour": "digest_hour",
    "push_content": "push_content",
}
QUIET = {"enabled": "quiet_enabled", "start": "quiet_start", "end": "quiet_end"}
OF_ACCOUNT = ("receipts", "typing")


def set_preferences(*, user: User, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Set some preferences, the others stay: all of them. One's other devices hear of it.

    Receipts, typing and the time zone are the account's own, and are set there.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        preferences = Preferences.objects.of(locked)
        before = preferences_json(locked, preferences)
        locked = _set_account(locked, changes)
        _set(preferences, changes)
        after = preferences_json(locked, preferences)
        if after != before:
            preferences.save()
            append(topic=topics.user(user.pk), type="me.updated", payload={"notification_preferences": after})
    return after


def _set_account(user: User, changes: Mapping[str, Any]) -> User:
    profile: dict[str, Any] = {}
    own = {name: changes[name] for name in OF_ACCOUNT if name in changes}
    if own:
        profile["preferences"] = own
    if "time_zone" in changes.get("quiet_hours", {}):
        profile["time_zone"] = changes["quiet_hours"]["time_zone"]
    return update_profile(user=user, changes=profile) if profile else user


def _set(preferences: Preferences, changes: Mapping[str, Any]) -> None:
    if changes.get("email_digest", preferences.email_digest) != preferences.email_digest:
        preferences.digest_at = timezone.now()  # the first mail comes when its time does, not at once
    for name, column in COLUMNS.items():
        if name in changes:
            setattr(preferences, column, changes[name])
    for name, column in QUIET.items():
        if name in changes.get("quiet_hours", {}):
            setattr(preferences, column, changes["quiet_hours"][name])
    for type, channels in changes.get("levels", {}).items():
        preferences.levels[type] = {**preferences.levels.get(type, {}), **channels}
