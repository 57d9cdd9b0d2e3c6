"""What is asked before somebody says something, names something, or turns to somebody: the app above knows the rules.

Settings name its functions: `SCREEN_TEXT` here, and those of `chat.actions.screening`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.exceptions import APIException

from accounts.limits import TooOften

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accounts.models import User

PROFILES = "profiles"  # where a text is: what people are called and say of themselves
GROUPS = "groups"


class TextRefused(Exception):
    """A text has words in it that staff do not want here; the text does not say which. `field` is where they are."""

    code = "blocked_words"

    def __init__(self, field: str, note: Callable[[], None] | None = None) -> None:
        super().__init__("This cannot be said here: staff have blocked some of these words.")
        self.field = field
        self.note = note


class Slowed(TooOften):
    """Somebody does too much of something: come again in `wait` seconds. `code` says of what."""

    def __init__(self, detail: str, code: str, wait_s: int, note: Callable[[], None] | None = None) -> None:
        APIException.__init__(self, f"{detail} {in_words(wait_s)}", code)
        self.wait = wait_s
        self.note = note


def in_words(wait_s: int) -> str:
    """When to try again, for people."""
    for seconds, unit in ((3600, "hours"), (60, "minutes")):
        if wait_s >= 2 * seconds:
            return f"Try again in {-(-wait_s // seconds)} {unit}."
    return "Try again in a second." if wait_s == 1 else f"Try again in {wait_s} seconds."


@contextmanager
def noting_refusals() -> Iterator[None]:
    """Around a transaction: a refusal is written down after what it refused is undone."""
    try:
        yield
    except (TextRefused, Slowed) as refused:
        note, refused.note = refused.note, None
        if note is not None:
            note()
        raise


def screen_text(place: str, user: User | None = None, **fields: str) -> Callable[[User], None] | None:
    """Look for blocked words in what somebody or something is to be called.

    Args:
        place: `PROFILES` or `GROUPS`.
        user: whose doing it is; None: of somebody who is not there yet.
        fields: the texts by the names of the request's fields.

    Returns:
        What is to be called with the person in the transaction, where staff want to hear of it.

    Raises:
        TextRefused: there are some.
    """
    screen: Callable[..., Callable[[User], None] | None] = import_string(settings.SCREEN_TEXT)
    return screen(place, user, fields)
