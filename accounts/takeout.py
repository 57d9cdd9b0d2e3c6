"""What accounts know of a person, for the file with all that they have here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from accounts.files import open_saved, telling_away
from accounts.models import Session, TwoFactor
from accounts.serializers import MeSerializer, SessionSerializer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accounts.models import User

PIECE = 262_144  # bytes in memory at a time
README = b"""All that you have on this Brook server.

profile.json        you, as others see you and as you set yourself
avatar              your picture
passkeys.json       what your passkeys are called, and when they were used last
sessions.json       where you are logged in, and were lately
conversations.json  where you take part, or did
messages.json       what you said, with the titles of the conversations
reactions.json      your reactions
stars.json, drafts.json, scheduled.json, reminders.json
notifications.json  how you want to be told
files/              what you brought, by the ids in messages.json
"""


def parts(user: User) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Who the person is, and where they log in."""
    yield "README.txt", [README]
    profile = {
        **MeSerializer(user).data,
        "date_joined": user.date_joined,
        "last_login": user.last_login,
        "two_factor": TwoFactor.objects.active().filter(user=user).exists(),
    }
    yield "profile.json", [as_json(profile)]
    shown = SessionSerializer(context={"session": None})
    sessions = Session.objects.filter(user=user).order_by("-id")
    yield (
        "sessions.json",
        as_list({**shown.to_representation(session), "ended_at": session.ended_at} for session in sessions.iterator()),
    )
    if user.avatar:
        yield "avatar", read(user.avatar)
    dates = ("created_at", "last_used_at")
    yield "passkeys.json", as_list(user.passkeys.order_by("id").values("name", *dates))


def as_json(value: Any) -> bytes:
    """As people can read it, too."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)


def as_list(items: Iterable[Any]) -> Iterator[bytes]:
    """A list of which each item is a line: its length costs no memory."""
    between = b"[\n"
    for item in items:
        yield between + orjson.dumps(item, option=orjson.OPT_UTC_Z)
        between = b",\n"
    yield b"[]\n" if between == b"[\n" else b"\n]\n"


def read(name: str) -> Iterator[bytes]:
    """A file of the storage; nothing where that has lost it.

    Raises:
        StorageAway: it is there perhaps, and not to be had now.
    """
    try:
        opened = open_saved(name)
    except FileNotFoundError:
        return
    with opened, telling_away():
        while piece := opened.read(PIECE):
            yield piece
