"""What is asked before somebody says something or turns to somebody new: the functions that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from chat.models import Message, Participant


def screen_message(participant: Participant, content: str, *, is_new: bool = True) -> Callable[[Message], None] | None:
    """Whether a participant may say this, here and now; without a query, for nearly all.

    Args:
        is_new: not an edit.

    Returns:
        What is to be called with the message in the transaction, where staff want to hear of it.

    Raises:
        TextRefused: it has blocked words in it.
        Slowed: a new account says a lot; or somebody the same, or links to the same, in many places.
    """
    screen: Callable[..., Callable[[Message], None] | None] = import_string(settings.SCREEN_MESSAGE)
    return screen(participant, content, is_new=is_new)


def screen_opening(user: User, *, people: int, opens: bool = True) -> None:
    """Whether somebody may turn to so many people whom they have not talked with here.

    Args:
        opens: with a new conversation, not in one that is there.

    Raises:
        Slowed: a new account does that too often.
    """
    screen: Callable[..., None] = import_string(settings.SCREEN_OPENING)
    screen(user, people=people, opens=opens)
