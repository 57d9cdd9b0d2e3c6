"""What of presence must not be forgotten: who does not want to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models

from accounts.ids import is_id
from accounts.models import Session

if TYPE_CHECKING:
    from collections.abc import Iterable


class HiddenQuerySet(models.QuerySet["Hidden"]):
    """Reads of hidden devices."""

    def among(self, session_ids: Iterable[str]) -> set[str]:
        """Which of these sessions hide their person."""
        ids = [UUID(session_id) for session_id in session_ids if is_id(session_id)]
        found = self.filter(session__in=ids).values_list("session_id", flat=True)
        return {str(session_id) for session_id in found}


class Hidden(models.Model):
    """That a device hides its person until it says otherwise.

    A row, because the store may lose everything: nobody must come to light by a restart, or in the moment between the
    opening of a stream and the first heartbeat.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = HiddenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id} hides on {self.session_id}"
