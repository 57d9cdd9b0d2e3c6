"""What is in the files of an export, as far as we want it: keys that are not named here are passed over.

Source: Slack's help, "How to read Slack data exports", and the types of messages in its API. Nothing is sure to be
there but ids and times.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from msgspec import Meta, Struct, field

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
# Seconds since 1970 and the number of the message in that second: its name in its channel.
Ts = Annotated[str, Meta(pattern=r"^\d{1,10}\.\d{1,6}$")]


class Profile(Struct):
    """Of a person, in users.json and in messages of people from other workspaces."""

    email: str | None = None
    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class Person(Struct):
    """Somebody in users.json."""

    id: Id
    name: str | None = None
    real_name: str | None = None
    profile: Profile = field(default_factory=Profile)
    is_bot: bool | None = None
    is_admin: bool | None = None
    is_owner: bool | None = None

    @property
    def shown_name(self) -> str:
        """What others see."""
        profile = self.profile
        return profile.display_name or self.real_name or profile.real_name or profile.name or self.name or self.id


class Note(Struct):
    """The topic or the purpose of a channel."""

    value: str | None = None


class Channel(Struct):
    """A conversation, in one of the lists at the top of the export."""

    id: Id
    name: str | None = None
    created: float | None = None
    creator: str | None = None
    is_archived: bool | None = None
    members: list[Id] | None = None
    topic: Note | None = None
    purpose: Note | None = None


class Reaction(Struct):
    """An emoji put to a message."""

    name: str
    users: list[Id] | None = None


class File(Struct):
    """A file sent with a message; its bytes are at Slack's."""

    id: Id | None = None
    name: str | None = None
    title: str | None = None
    permalink: str | None = None
    url_private: str | None = None
    mode: str | None = None


class Edited(Struct):
    """When a message was changed last."""

    ts: Ts


class Field(Struct):
    """A line of a card."""

    title: Any = None
    value: Any = None


class Card(Struct):
    """What hangs below a message: a link's preview (`from_url`), or most of what a program says."""

    from_url: str | None = None
    pretext: str | None = None
    title: str | None = None
    title_link: str | None = None
    text: str | None = None
    fallback: str | None = None
    fields: list[Field] | None = None


class Message(Struct):
    """Something said, or that something happened."""

    ts: Ts
    type: str | None = None
    subtype: str | None = None
    user: Id | None = None
    bot_id: Id | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: Ts | None = None
    edited: Edited | None = None
    reactions: list[Reaction] | None = None
    files: list[File] | None = None
    file: File | None = None  # before 2018
    attachments: list[Card] | None = None
    blocks: Any = None
    pinned_to: list[str] | None = None
    user_profile: Profile | None = None
    bot_profile: Profile | None = None

    @property
    def author(self) -> Person | None:
        """Who said it, as far as the message itself knows."""
        if self.user is not None:
            return Person(id=self.user, profile=self.user_profile or Profile())
        if self.bot_id is not None:
            profile = self.bot_profile or Profile()
            return Person(id=self.bot_id, name=self.username or profile.name, profile=Profile(), is_bot=True)
        if self.username:  # an old incoming webhook: nothing but a name
            return Person(id=f"bot-{self.username.encode().hex()[:24]}", name=self.username, is_bot=True)
        return None


def moment(ts: str) -> datetime:
    """The time that a `ts` says, to the microsecond."""
    seconds, _dot, fraction = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")))
