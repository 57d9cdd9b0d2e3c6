"""The zip: what is in it by name, and its JSON file by file. Nothing is unpacked, so no path in it leads anywhere."""

from __future__ import annotations

import re
import zipfile
import zlib
from enum import StrEnum
from typing import IO, TYPE_CHECKING, TypeVar

import msgspec

from chat.slack.shapes import Channel, Message, Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

T = TypeVar("T")
MAX_ENTRIES = 1_000_000
MAX_JSON_BYTES = 64 * 1024 * 1024  # of one file, unpacked: a day of a channel is a few hundred KB at most
DAY = re.compile(r"\d{4}-\d\d-\d\d\.json")
# Programs that fetch the files as well lay them beside: slackdump as …/attachments/F123-name or …/__uploads/F123/name.
UPLOAD = re.compile(r"(?:^|/)(?:attachments|__uploads)/(?P<id>F[A-Z0-9]{6,20})[-/][^/]+$")


class SlackError(ValueError):
    """The export cannot be read; the text says which file of it, where in it, and why."""


class Kind(StrEnum):
    """Which list a conversation is in."""

    PUBLIC = "channels.json"
    PRIVATE = "groups.json"
    DIRECT = "dms.json"
    SEVERAL = "mpims.json"


class Archive:
    """An export as it lies on the disk."""

    def __init__(self, path: Path) -> None:
        """Look at the table of contents.

        Raises:
            SlackError: it is no zip, or no export of Slack's.
            OSError: there is no such file.
        """
        try:
            self._zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise SlackError(f"This is no zip file: {error}") from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._days: dict[str, list[str]] = {}
        self._uploads: dict[str, zipfile.ZipInfo] = {}
        self._list()

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def people(self) -> list[Person]:
        """Everybody in users.json."""
        return self._decode("users.json", list[Person])

    def channels(self) -> Iterator[tuple[Kind, Channel]]:
        """All conversations, list by list; not every export has all lists."""
        for kind in Kind:
            if kind.value in self._entries:
                for channel in self._decode(kind.value, list[Channel]):
                    yield kind, channel

    def days(self, channel: Channel) -> list[str]:
        """The names of a conversation's files, in order of time."""
        folders = [name for name in (channel.name, channel.id) if name]
        return next((sorted(self._days[folder]) for folder in folders if folder in self._days), [])

    def folders(self) -> set[str]:
        """Which folders have messages."""
        return set(self._days)

    def messages(self, day: str) -> list[Message]:
        """What was said in one file, in order of time; what is there twice comes once.

        Raises:
            SlackError: it cannot be read.
        """
        found = {message.ts: message for message in self._decode(day, list[Message])}
        return [found[ts] for ts in sorted(found, key=lambda ts: (int(ts.partition(".")[0]), ts.partition(".")[2]))]

    def upload(self, file_id: str | None, most: int) -> IO[bytes] | None:
        """A file that was sent, if somebody laid its bytes into the zip and they are no more than that many."""
        entry = self._uploads.get(file_id or "")
        return self._zip.open(entry) if entry is not None and 0 < entry.file_size <= most else None

    def _list(self) -> None:
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if len(entries) > MAX_ENTRIES:
            raise SlackError(f"There are more than {MAX_ENTRIES:,} files in this zip.")
        tops = [each.filename for each in entries if each.filename.rpartition("/")[2] == "users.json"]
        if not tops:
            raise SlackError("There is no users.json in this zip: is it an export of Slack's?")
        prefix = min(tops, key=len).removesuffix("users.json")  # packed anew, everything may be in a folder
        for entry in entries:
            name = entry.filename.removeprefix(prefix)
            if not entry.filename.startswith(prefix) or name.startswith("__MACOSX/"):
                continue
            if name in self._entries:
                raise SlackError(f"{name}: this is in the zip twice.")
            self._entries[name] = entry
            folder, _slash, last = name.rpartition("/")
            if DAY.fullmatch(last):
                self._days.setdefault(folder, []).append(name)
            elif found := UPLOAD.search(name):
                self._uploads[found["id"]] = entry

    def _decode(self, name: str, shape: type[T]) -> T:
        entry = self._entries[name]
        if entry.file_size > MAX_JSON_BYTES:
            raise SlackError(f"{name}: unpacked, this has more than {MAX_JSON_BYTES:,} bytes.")
        try:
            with self._zip.open(entry) as file:
                said = file.read(MAX_JSON_BYTES + 1)
            return msgspec.json.decode(said, type=shape)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise SlackError(f"{name}: this cannot be unpacked: {error}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SlackError(f"{name}: {error}") from None
