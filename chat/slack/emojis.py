"""Slack's names of emoji."""

from __future__ import annotations

import functools
import re

import emoji

from chat.models import one_emoji

TONE = re.compile(r"::?skin-tone-([2-6]):?$")
FLAG = re.compile(r"flag-([a-z]{2})")
PICTURE = "\ufe0f"  # the variation selector that a skin tone takes the place of
OTHERS = {"simple_smile": "slightly_smiling_face"}


@functools.lru_cache(maxsize=4096)
def emoji_of(name: str) -> str | None:
    """The emoji of a name such as `wave` or `wave::skin-tone-3`; None for those that a workspace made for itself."""
    toned = TONE.search(name)
    found = _named(name[: toned.start()] if toned else name)
    if found is None or toned is None:
        return found
    tone = chr(0x1F3FB + int(toned[1]) - 2)  # UTS #51, 2.4: Fitzpatrick types 1-2 (Slack's 2) to 6
    return _one(found[0] + tone + found[1:].removeprefix(PICTURE)) or found


def _named(name: str) -> str | None:
    if flag := FLAG.fullmatch(name):
        return _one("".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag[1]))
    plain = OTHERS.get(name, name)
    for spelling in (plain, plain.replace("-", "_")):
        text = emoji.emojize(f":{spelling}:", language="alias")
        if found := _one(text):
            return found
    return None


def _one(text: str) -> str | None:
    try:
        return one_emoji(text)
    except ValueError:
        return None
