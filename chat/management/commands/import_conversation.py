"""manage.py import_conversation"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from chat import actions
from chat.serializers.imports import ImportSerializer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser

SHOWN_ERRORS = 20


class Command(BaseCommand):
    """Brings conversations here that were exported as JSON, from this Brook or another."""

    help = "Import conversations from files of the format brook.conversation (docs/export.md); twice is once."

    def add_arguments(self, parser: CommandParser) -> None:
        """One file or more."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Each file in a transaction of its own; the first that cannot be read ends it."""
        for path in options["files"]:
            self.stdout.write(f"{path}: {self._bring(path)}")

    def _bring(self, path: Path) -> str:
        document = _read(path)
        before = User.objects.count()
        try:
            conversation, is_new = actions.import_conversation(document=document)
        except actions.Unfit as error:
            raise CommandError(f"{path}: {error}") from None
        if not is_new:
            return "this conversation is here already, and stays as it is"
        made = User.objects.count() - before
        return f"{len(document['messages'])} messages in “{conversation}”, {made} new people (inactive)"


def _read(path: Path) -> dict[str, Any]:
    try:
        said = orjson.loads(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{path}: this is no JSON: {error}") from None
    serializer = ImportSerializer(data=said)
    if not serializer.is_valid():
        found = list(_lines("", serializer.errors))
        more = [f"… and {len(found) - SHOWN_ERRORS} more"] if len(found) > SHOWN_ERRORS else []
        raise CommandError("\n".join([f"{path}: this cannot be imported:", *found[:SHOWN_ERRORS], *more]))
    document: dict[str, Any] = serializer.validated_data
    return document


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
