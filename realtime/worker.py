"""Housekeeping that no request waits for. `manage.py worker` runs it; in the single-process set-up the server does."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError, InterfaceError, close_old_connections

from realtime import conf, retention

logger = logging.getLogger(__name__)

EVERY_S = 600


def run_once() -> None:
    """Do everything that is due. A database that is away only postpones it."""
    close_old_connections()
    try:
        deleted = retention.prune()
        if deleted:
            logger.info("pruned %d events older than %s days", deleted, conf.option("RETENTION_DAYS", 7))
    except (DatabaseError, InterfaceError) as error:
        logger.warning("housekeeping postponed: %s", error)
    finally:
        close_old_connections()


def run_for_ever() -> None:
    """Do it again and again, until the process ends."""
    while True:
        run_once()
        time.sleep(EVERY_S)
