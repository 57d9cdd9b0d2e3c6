"""Reads conversations from files that `chat.exporting` wrote: message by message, however large they are."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import ijson
from ijson.common import ObjectBuilder
from rest_framework.exceptions import ValidationError

from chat.exporting.as_zip import JSON
from chat.serializers.imports import HeadSerializer, MessageSerializer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOWN_ERRORS = 20
MESSAGES = "messages"


class Unreadable(ValueError):
    """The file cannot be imported; the text says why, a line for each thing."""


class Document:
    """A conversation in a file, JSON or a zip with JSON and files in it. It may be read several times."""

    def __init__(self, path: Path) -> None:
        """Look at everything but the messages.

        Raises:
            Unreadable: it is no such file.
            OSError: it is not there, or the disk fails.
        """
        self._path = path
        self._zip = zipfile.ZipFile(path) if zipfile.is_zipfile(path) else None
        self._names = set(self._zip.namelist()) if self._zip is not None else set()
        if self._zip is not None and JSON not in self._names:
            raise Unreadable(f"There is no {JSON} in this zip.")
        said, messages = self._read_head()
        try:
            self.head: dict[str, Any] = HeadSerializer().run_validation(said)
        except ValidationError as error:
            raise Unreadable("\n".join(_shown(list(_lines("", error.detail))))) from None
        if messages != "start_array":
            raise Unreadable(f"  {MESSAGES}: This field is required, as a list.")

    def close(self) -> None:
        """Let go of the file."""
        if self._zip is not None:
            self._zip.close()

    def messages(self) -> Iterator[dict[str, Any]]:
        """What `MessageSerializer` makes of each message, ascending by seq.

        Raises:
            Unreadable: some of them are wrong. Which is known only at the end: do nothing that cannot be taken back.
        """
        serializer, wrong, before = MessageSerializer(), list[str](), 0
        with self._json() as file:
            for number, said in enumerate(ijson.items(file, f"{MESSAGES}.item", use_float=True)):
                try:
                    message: dict[str, Any] = serializer.run_validation(said)
                except ValidationError as error:
                    wrong += _lines(f"{MESSAGES}.{number}", error.detail)
                    continue
                if message["seq"] <= before:
                    wrong.append(f"  {MESSAGES}.{number}: They must ascend by seq.")
                before = message["seq"]
                if not wrong:
                    yield message
        if wrong:
            raise Unreadable("\n".join(_shown(wrong)))

    def file_paths(self) -> Iterator[tuple[str, str]]:
        """Of each file that a message names and that is in the zip: where, and what it is called."""
        if self._zip is None:
            return
        for message in self.messages():
            for each in message["attachments"]:
                if each["path"] in self._names:
                    yield each["path"], each["name"]

    def file(self, path: str, most: int) -> IO[bytes] | None:
        """A file of the zip, if it has no more than that many bytes."""
        if self._zip is None or not 0 < self._zip.getinfo(path).file_size <= most:
            return None
        return self._zip.open(path)

    @contextmanager
    def _json(self) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(JSON) if self._zip is not None else self._path.open("rb") as file:
                yield file
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise Unreadable(f"This is no JSON: {str(error).splitlines()[0]}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise Unreadable(f"This cannot be unpacked: {error}") from None

    def _read_head(self) -> tuple[dict[str, Any], str]:
        """All but the messages, and with what those begin."""
        said: dict[str, Any] = {}
        key, builder, messages = "", None, ""
        with self._json() as file:
            for prefix, event, value in ijson.parse(file, use_float=True):
                if prefix == "" and event == "map_key":
                    key, builder = value, ObjectBuilder() if value != MESSAGES else None
                elif prefix == MESSAGES and not messages:
                    messages = event
                elif builder is not None and prefix:
                    builder.event(event, value)
                    said[key] = builder.value
        return said, messages


def _shown(lines: list[str]) -> list[str]:
    more = [f"  … and {len(lines) - SHOWN_ERRORS} more"] if len(lines) > SHOWN_ERRORS else []
    return [*lines[:SHOWN_ERRORS], *more]


def _lines(place: str, errors: Any) -> Iterator[str]:
    """`messages.3.sender.username: Enter a valid value.`"""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            own = name == "non_field_errors"  # what is said of the whole
            yield from _lines(place if own else f"{place}.{name}" if place else str(name), inner)
    elif isinstance(errors, list) and any(isinstance(each, dict) for each in errors):
        for number, inner in enumerate(errors):
            yield from _lines(f"{place}.{number}", inner)
    else:
        yield from (f"  {place}: {each}" for each in errors)
