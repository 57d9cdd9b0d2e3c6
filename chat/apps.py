"""Chat as an application of Django's."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Brings the search on SQLite, where triggers call a function of ours, and go with every table that is remade."""

    name = "chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        """Before the first connection; the models are there."""
        from chat.search import sqlite

        def keep_index(using: str, **_kwargs: Any) -> None:
            sqlite.keep(connections[using])

        connection_created.connect(sqlite.add_functions_to, dispatch_uid="chat.search")
        post_migrate.connect(keep_index, sender=self, weak=False, dispatch_uid="chat.search")
