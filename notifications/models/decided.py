"""What was decided about each message, for "why was I (not) notified?"."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Decided(models.Model):
    """For one message: for whom the decision ended at what. Who is not named had nothing in the way.

    One row however many people. What it is about is no foreign key: it is kept for two days, whatever happens to that.
    """

    message_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    outcomes = models.JSONField(default=dict)  # {Step or Hush: [ids of people]}

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["at"], name="decided_at")]

    def __str__(self) -> str:
        return f"about {self.message_id}"

    def outcome_for(self, user_id: str) -> str:
        """What the decision ended at for a person; empty for nothing."""
        return next((outcome for outcome, people in self.outcomes.items() if user_id in people), "")
