"""How people want to be told."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from notifications.models.notifications import TICKS, Type

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class Channel(models.TextChoices):
    """How somebody may be told."""

    IN_APP = "in_app"
    BROWSER = "browser"
    PUSH = "push"
    MAIL = "mail"
    SOUND = "sound"


CHANNELS: list[str] = list(Channel.values)
# What interrupts people before they say anything: what is said to them, and what was done to them.
INTERRUPTING = {
    Type.MESSAGE,
    Type.MENTION,
    Type.REPLY,
    Type.REMINDER,
    Type.GROUP_INVITE,
    Type.BROADCAST,
    Type.MODERATION,
}


class Digest(models.TextChoices):
    """How often somebody who is away gets a mail."""

    NEVER = "never"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


def default(type: str, channel: str) -> bool:
    """Whether people are told of something this way before they say anything: sounds are off, and mails.

    (Whoever turns on mails at all has them of what interrupts people.)
    """
    return (channel == Channel.IN_APP and type not in TICKS) or (
        channel in {Channel.BROWSER, Channel.PUSH} and type in INTERRUPTING
    )


class PreferencesQuerySet(models.QuerySet["Preferences"]):
    """Reads of preferences."""

    def of(self, user: User) -> Preferences:
        """A person's, or what holds before they set any."""
        return self.filter(user=user).first() or Preferences(user=user)


class Preferences(models.Model):
    """What somebody set; who never did has no row."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    levels = models.JSONField(default=dict)  # {type: {channel: bool}}, only what was set
    quiet_enabled = models.BooleanField(default=False)
    quiet_start = models.TimeField(default=time(22))  # by the clocks of the person's time zone
    quiet_end = models.TimeField(default=time(7))
    snooze_until = models.DateTimeField(null=True)
    keywords = models.JSONField(default=list)
    email_digest = models.CharField(max_length=6, choices=Digest, default=Digest.NEVER)
    digest_hour = models.PositiveSmallIntegerField(default=8)  # of daily and weekly ones, on the person's clock
    digest_at = models.DateTimeField(null=True)  # when the last one was queued, or they were turned on
    push_content = models.BooleanField(default=True)  # whether pushes carry what was said

    objects = PreferencesQuerySet.as_manager()

    def __str__(self) -> str:
        return f"of {self.user_id}"

    def wants(self, type: str, channel: str) -> bool:
        """Whether the person wants to be told of something this way."""
        mailed = channel == Channel.MAIL and self.email_digest != Digest.NEVER and type in INTERRUPTING
        return bool(self.levels.get(type, {}).get(channel, mailed or default(type, channel)))

    def all_levels(self) -> dict[str, dict[str, bool]]:
        """What holds, for each type and channel."""
        return {type: {channel: self.wants(type, channel) for channel in CHANNELS} for type in Type.values}

    def is_quiet(self, now: datetime, time_zone: str) -> bool:
        """Whether the clock on the wall says so: the hours move with daylight saving time, as people do."""
        if not self.quiet_enabled or self.quiet_start == self.quiet_end:
            return False
        clock = now.astimezone(ZoneInfo(time_zone)).time()
        if self.quiet_start < self.quiet_end:
            return self.quiet_start <= clock < self.quiet_end
        return clock >= self.quiet_start or clock < self.quiet_end

    def is_snoozed(self, now: datetime) -> bool:
        """Whether the person wants their peace for a while."""
        return self.snooze_until is not None and now < self.snooze_until
