"""How the server was doing, a row a minute: what the dashboard draws."""

from __future__ import annotations

from django.db import models


class Sample(models.Model):
    """What was measured at the end of a minute."""

    at = models.DateTimeField(primary_key=True)
    values = models.JSONField(default=dict)  # by the names in moderation/measuring.py

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
