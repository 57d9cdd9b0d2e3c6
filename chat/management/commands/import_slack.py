"""manage.py import_slack"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from chat import actions
from chat.actions.slack_people import SlackPeople
from chat.slack import Archive, SlackError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.management.base import CommandParser

SHOWN = 40  # things left out


class Command(BaseCommand):
    """Brings what is in an export of Slack's here."""

    help = "Import the zip of a Slack export (docs/import.md); twice is once, and what was interrupted goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and who is who."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--people", action="store_true", help="only show who would be whom, and change nothing")
        parser.add_argument(
            "--person", action="append", default=[], metavar="U123=name", help="who somebody at Slack is here"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Everything, or nothing but a list of people."""
        named = _named(options["person"])
        try:
            archive = Archive(options["file"])
            try:
                self._people(archive, named) if options["people"] else self._bring(archive, named)
            finally:
                archive.close()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        except (SlackError, actions.Unfit) as error:
            raise CommandError(f"{options['file']}: {error}") from None

    def _people(self, archive: Archive, named: Mapping[str, str]) -> None:
        for person, user in SlackPeople(archive.people(), named).matches():
            here = f"is {user.username}" if user is not None else "gets an account when it is needed (inactive)"
            self.stdout.write(f"{person.id} {person.name or ''} ({person.shown_name}): {here}")

    def _bring(self, archive: Archive, named: Mapping[str, str]) -> None:
        report = actions.import_slack(archive=archive, named=named, tell=self.stdout.write)
        self.stdout.write(
            f"{report.channels} conversations, {report.messages} messages, {report.people} new people (inactive); "
            f"{report.here_already} conversations were here already"
        )
        for what, number in report.left_out.most_common(SHOWN):
            self.stdout.write(f"left out: {what} ({number})")
        if len(report.left_out) > SHOWN:
            self.stdout.write(f"left out: … and {len(report.left_out) - SHOWN} kinds more")


def _named(pairs: list[str]) -> dict[str, str]:
    named = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(named) or not all(named.values()):
        raise CommandError("--person needs an id at Slack and a user name here: --person U123=ann")
    return named
