"""The app of what staff do."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """Sees to it after every migration that the audit log only grows, and that the staff have their roles."""

    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        """The models are there."""
        from moderation.append_only import guard
        from moderation.roles import make_roles

        def keep_guard(using: str, **_kwargs: Any) -> None:
            guard(connections[using])

        post_migrate.connect(keep_guard, sender=self, weak=False, dispatch_uid="moderation.guard")
        # Of no one app: those that migrate after this one have permissions, too.
        post_migrate.connect(make_roles, dispatch_uid="moderation.roles")
