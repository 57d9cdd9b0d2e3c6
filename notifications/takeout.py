"""How a person wants to be told, for the file with all that they have here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.takeout import as_json
from notifications.models import Preferences
from notifications.serializers import preferences_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accounts.models import User


def parts(user: User) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The preferences."""
    yield "notifications.json", [as_json(preferences_json(user, Preferences.objects.of(user)))]
