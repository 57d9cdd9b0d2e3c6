"""manage.py worker"""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from config import worker


class Command(BaseCommand):
    """Runs housekeeping until it is stopped."""

    help = "Do housekeeping (prune the log) until stopped with Ctrl-C or SIGTERM."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Until Ctrl-C."""
        logging.getLogger(worker.__name__).info("worker started")
        try:
            worker.run_for_ever()
        except KeyboardInterrupt:
            self.stdout.write("worker stopped")
