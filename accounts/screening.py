"""What is asked before somebody says something, names something, or turns to somebody: the app above knows the rules.

Settings name its functions: `SCREEN_TEXT` here, and those of `chat.actions.screening`.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
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
        super().__init__(_("This cannot be said here: staff have blocked some of these words."))
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
    hours, minutes = math.ceil(wait_s / 3600), math.ceil(wait_s / 60)
    if wait_s >= 2 * 3600:
        said = ngettext("Try again in %(number)d hour.", "Try again in %(number)d hours.", hours)
        return said % {"number": hours}
    if wait_s >= 2 * 60:
        said = ngettext("Try again in %(number)d minute.", "Try again in %(number)d minutes.", minutes)
        return said % {"number": minutes}
    said = ngettext("Try again in %(number)d second.", "Try again in %(number)d seconds.", wait_s)
    return said % {"number": wait_s}


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
