"""Accounts that were deleted, and the names they had."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import names
from accounts.models.users import User


class Departure(models.Model):
    """That somebody deleted their account. The row of the person stays, without a name, behind what they said.

    Until `finished_at` the worker still takes them out of places; `display_name` is what it looks for there.
    """

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="departure")
    removes_messages = models.BooleanField()
    display_name = models.CharField(max_length=names.NAME_CHARACTERS, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="departure_unfinished", condition=models.Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"of {self.user_id}"


class RetiredNameQuerySet(models.QuerySet["RetiredName"]):
    """Names at rest."""

    def covers(self, username: str) -> bool:
        """Whether a user name was somebody's until lately, in whatever case."""
        return self.filter(key=RetiredName.key_of(username), until__gt=timezone.now()).exists()


class RetiredName(models.Model):
    """A user name that nobody may take for a while: others would believe it is still the same person."""

    key = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    objects = RetiredNameQuerySet.as_manager()

    def __str__(self) -> str:
        return f"until {self.until:%Y-%m-%d}"

    @staticmethod
    def key_of(username: str) -> str:
        """What is kept of the name: nobody can read from the table who was here."""
        return salted_hmac("accounts.RetiredName", names.fold(username), algorithm="sha256").hexdigest()
