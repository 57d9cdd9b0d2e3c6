"""manage.py migrate, as Django's; on PostgreSQL without the time limits that requests have."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class Command(migrate.Command):
    """A migration may take as long as it needs, whichever command starts it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Lift the limits for this connection alone, and for this command."""
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET {name} = 0" for name in LIMITS))
        super().handle(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"RESET {name}" for name in LIMITS))
