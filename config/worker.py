"""Housekeeping that no request waits for. `manage.py worker` runs it; in the single-process set-up the server does."""

from __future__ import annotations

import logging
import time

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, close_old_connections

from accounts.actions import tidy_sessions
from realtime.retention import prune

logger = logging.getLogger(__name__)

EVERY_S = 600


def clear_cookies() -> None:
    """Forget the browser sessions of Django's that ran out."""
    call_command("clearsessions")


JOBS = (prune, tidy_sessions, clear_cookies)


def run_once() -> None:
    """Do everything that is due. A database that is away only postpones it."""
    close_old_connections()
    for job in JOBS:
        try:
            job()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("%s postponed: %s", job.__name__, error)
    close_old_connections()


def run_for_ever() -> None:
    """Do it again and again, until the process ends."""
    while True:
        run_once()
        time.sleep(EVERY_S)
