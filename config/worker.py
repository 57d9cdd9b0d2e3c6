"""Housekeeping that no request waits for. `manage.py worker` runs it; in the single-process set-up the server does."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, close_old_connections

from accounts.actions import (
    end_statuses,
    finish_departures,
    make_takeouts,
    tidy_avatars,
    tidy_mails,
    tidy_sessions,
    tidy_takeouts,
)
from accounts.posting import send_mails
from chat.actions import make_exports, remind_due, remove_old, send_due, show_previews, tidy_removed, tidy_scheduled
from chat.actions.attachments import tidy_attachments
from chat.actions.avatars import tidy_group_avatars
from chat.actions.exports import tidy_exports
from chat.actions.previews import tidy_previews
from chat.actions.receipts import tidy_receipts
from moderation.actions import (
    make_legal_exports,
    notice_signups,
    raise_notices,
    send_due_broadcasts,
    take_sample,
    tell_broadcasts,
    tidy_legal_exports,
)
from notifications.actions import queue_digests, tidy_notifications
from notifications.follower import follow
from notifications.pushing import push_due
from realtime.retention import prune

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

TICK_S = 1.0


def clear_cookies() -> None:
    """Forget the browser sessions of Django's that ran out."""
    call_command("clearsessions")


# What to do, and how many seconds lie between two times.
JOBS: tuple[tuple[Callable[[], object], float], ...] = (
    (send_due, 1),
    (remind_due, 1),
    (follow, 1),
    (send_due_broadcasts, 5),
    (tell_broadcasts, 1),
    (raise_notices, 1),
    (notice_signups, 10),
    (queue_digests, 30),
    (take_sample, 30),
    (tidy_notifications, 600),
    (prune, 600),
    (end_statuses, 5),
    (tidy_sessions, 600),
    (clear_cookies, 600),
    (tidy_attachments, 600),
    (tidy_scheduled, 600),
    (tidy_removed, 600),
    (tidy_mails, 600),
    (tidy_avatars, 600),
    (tidy_group_avatars, 600),
    (tidy_exports, 600),
    (tidy_legal_exports, 600),
    (tidy_takeouts, 600),
    (tidy_previews, 600),
    (tidy_receipts, 600),
)
# The same for what takes long or waits for others' servers: each in a thread of its own.
LONG_JOBS: tuple[tuple[Callable[[], object], float], ...] = (
    (make_exports, 1),
    (make_legal_exports, 1),
    (remove_old, 3600),
    (make_takeouts, 1),
    (finish_departures, 1),
    (show_previews, 1),
    (push_due, 1),
    (send_mails, 1),
)


class Worker:
    """Does each job when it is due, one after the other."""

    def __init__(self, jobs: Iterable[tuple[Callable[[], object], float]]) -> None:
        self._jobs = tuple(jobs)
        self._due = {job: 0.0 for job, _every_s in self._jobs}

    def run_due(self, now: float) -> None:
        """Do everything that is due at `now` (seconds of a monotonic clock). A database that is away postpones it."""
        close_old_connections()
        for job, every_s in self._jobs:
            if now >= self._due[job]:
                self._due[job] = now + every_s
                _run(job)
        close_old_connections()


def _run(job: Callable[[], object]) -> None:
    try:
        job()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("%s postponed: %s", job.__name__, error)
    except Exception:  # one job's fault must not stop the others
        logger.exception("%s failed, and will be tried again", job.__name__)


def run_once() -> None:
    """Do every job now."""
    Worker([*JOBS, *LONG_JOBS]).run_due(0)


def run_for_ever() -> None:
    """Do each again and again, until the process ends."""
    for job in LONG_JOBS:
        threading.Thread(target=_run_for_ever, args=[[job]], name=job[0].__name__, daemon=True).start()
    _run_for_ever(JOBS)


def _run_for_ever(jobs: Iterable[tuple[Callable[[], object], float]]) -> None:
    worker = Worker(jobs)
    while True:
        worker.run_due(time.monotonic())
        time.sleep(TICK_S)
