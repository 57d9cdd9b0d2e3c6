"""Emoji that people put to messages."""

from __future__ import annotations

import functools
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from emoji import EMOJI_DATA, STATUS

from chat.models.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_KINDS = 50  # different emoji on one message
EMOJI_CHARACTERS = 16  # the longest sequences that Unicode recommends have ten
PRESENTATION = {0xFE0E: None, 0xFE0F: None}  # variation selectors: drawn as text, drawn as a picture


@functools.cache
def _known_emoji() -> dict[str, str]:
    """Every emoji without variation selectors, and how it is spelt in full (UTS #51, fully-qualified)."""
    full = STATUS["fully_qualified"]
    return {text.translate(PRESENTATION): text for text, about in EMOJI_DATA.items() if about["status"] == full}


def one_emoji(text: str) -> str:
    """The one emoji that a text is, spelt in full, so that all spellings of it are one.

    Raises:
        ValueError: it is none, more than one, or only a part of one such as a skin tone.
    """
    found = _known_emoji().get(text.translate(PRESENTATION))
    if found is None:
        raise ValueError(text)
    return found


class Reaction(models.Model):
    """That somebody put an emoji to a message."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=EMOJI_CHARACTERS)
    # The place of its kind among those of the message: a kind keeps it while anybody uses it, whoever was first.
    place = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.emoji} {self.user_id} on {self.message_id}"


def by_kind(reactions: Iterable[Reaction]) -> list[list[Reaction]]:
    """The reactions to a message, one list for each emoji in order of first use, people in order of theirs."""
    ordered = sorted(reactions, key=lambda reaction: (reaction.place, reaction.pk))
    return [list(kind) for _emoji, kind in groupby(ordered, key=lambda reaction: reaction.emoji)]
