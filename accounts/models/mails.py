"""Mails that wait to be sent."""

from __future__ import annotations

from django.db import models

from accounts.models.users import User


class Mail(models.Model):
    """One mail, or the wish for one: what it says is worked out when it is sent, by what is true then.

    `key` keeps the same from being queued twice. A row is taken before it is sent: were the worker killed in between,
    nobody could tell whether it went out, and it is not sent again.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)  # a name in MAILS of the settings
    key = models.CharField(max_length=120, unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    about = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)  # None: somebody sends it, or was killed while they did
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
