"""manage.py import_conversation"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from chat import actions
from chat.documents import Document, Unreadable

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Brings conversations here that were exported as JSON or as a zip, from this Brook or another."""

    help = "Import conversations from files of the format brook.conversation (docs/export.md); twice is once."

    def add_arguments(self, parser: CommandParser) -> None:
        """One file or more."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Each file in a transaction of its own; the first that cannot be read ends it."""
        for path in options["files"]:
            self.stdout.write(f"{path}: {self._bring(path)}")

    def _bring(self, path: Path) -> str:
        before = User.objects.count()
        try:
            with closing(Document(path)) as document:
                conversation, is_new = actions.import_conversation(document=document)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except Unreadable as error:
            raise CommandError(f"{path}: this cannot be imported:\n{error}") from None
        except actions.Unfit as error:
            raise CommandError(f"{path}: {error}") from None
        if not is_new:
            return "this conversation is here already, and stays as it is"
        made = User.objects.count() - before
        return f"{conversation.messages.count()} messages in “{conversation}”, {made} new people (inactive)"
