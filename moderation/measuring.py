"""How the server is doing: a few numbers, each read by an index or not at all."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from chat.models import Message
from moderation.models import OPEN_STATES, Report
from notifications.models import FailedPush
from presence.reading import online_count
from realtime import readers
from realtime.models import Event

if TYPE_CHECKING:
    from datetime import datetime

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def measure(now: datetime | None = None) -> dict[str, float]:
    """The numbers as they are now; `lag` in seconds, `disk` in percent, `messages` of the last minute,
    `pushes` that were given up in the last hour."""
    now = now or timezone.now()
    disk = shutil.disk_usage(settings.DATA)
    return {
        "online": online_count() or 0,
        "messages": Message.objects.countable().filter(created_at__gt=now - MINUTE, created_at__lte=now).count(),
        "reports": Report.objects.filter(state__in=OPEN_STATES).count(),
        "pushes": FailedPush.objects.filter(at__gt=now - HOUR, at__lte=now).count(),
        "lag": _lag_s(now),
        "disk": round(100 * disk.used / disk.total, 1),
    }


def _lag_s(now: datetime) -> float:
    """How old the oldest event is that the worker has not read yet."""
    waiting = Event.objects.filter(pos__gt=min(readers.places())).order_by("pos")
    written_at = waiting.values_list("created_at", flat=True).first()
    return round(max(0.0, (now - written_at).total_seconds()), 1) if written_at is not None else 0.0
