"""What people hear of what staff did, each in their own language."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from accounts.languages import written_in
from accounts.models import User
from notifications.actions import notify
from notifications.models import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from uuid import UUID


def tell(user_ids: Collection[UUID], words: Callable[[], tuple[str, str]], data: Mapping[str, str]) -> None:
    """A notification with a title and a text, which `words` puts into the language that is active then."""
    by_language: defaultdict[str, list[UUID]] = defaultdict(list)
    for user_id, language in User.objects.filter(pk__in=user_ids).values_list("pk", "language").order_by("pk"):
        by_language[language].append(user_id)
    for language, readers in by_language.items():
        with written_in(language):
            title, text = words()
        notify(user_ids=readers, type=Type.MODERATION, title=title, text=text, data=data)
