"""What a Slack export says, brought here: channel by channel, and each a page of messages at a time.

A channel is filled while nobody takes part in it, and given to its people at its end. Killed anywhere, the next run
goes on where this one was: a message's id follows from its channel and its time, so none comes twice.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import names
from accounts.models import User
from chat.actions.importing import BATCH, Place, add_people, announce, count_threads, forgetting_statements
from chat.actions.slack_messages import Page
from chat.actions.slack_people import SOURCE, SlackPeople
from chat.models import Conversation, ImportedConversation, Kind, Role, direct_key
from chat.serializers.requests import MAX_DESCRIPTION, MAX_TITLE
from chat.slack import Kind as Listed
from chat.slack import Names, as_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chat.slack import Archive, Channel

LATEST = 253_402_300_799  # the last second that a datetime has
UNWANTED = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass
class SlackImport:
    """What an import did."""

    channels: int = 0
    messages: int = 0
    people: int = 0  # accounts that were made
    here_already: int = 0  # channels
    left_out: Counter[str] = field(default_factory=Counter)  # what, and how often


def import_slack(
    *,
    archive: Archive,
    named: Mapping[str, str] | None = None,
    tell: Callable[[str], None] = lambda _line: None,
) -> SlackImport:
    """Bring everything that a Slack export has. What an earlier run brought stays as it is.

    Args:
        named: which user here somebody there is: {id at Slack: user name}.
        tell: is told, line by line, what was done.

    Raises:
        SlackError: a file of the export cannot be read. What was brought before it stays.
        Unfit: somebody named is not here; or what is in the export is here already, by another way.
    """
    people = SlackPeople(archive.people(), named or {})
    report = SlackImport()
    channels = list(archive.channels())
    titles = {channel.id: channel.name or channel.id for _listed, channel in channels}
    texts = Names(
        person=lambda each: people.take(each).username if people.is_known(each) else each,
        shown=people.shown,
        channel=lambda each: titles.get(each, each),
    )
    for listed, channel in channels:
        page = Page(archive, channel, people, texts, report.left_out)
        with forgetting_statements():
            tell(_Bringing(archive, listed, channel, people, page, report, texts).bring())
    for folder in sorted(archive.folders() - {day.rpartition("/")[0] for _l, c in channels for day in archive.days(c)}):
        report.left_out[f"the folder {folder}: no list names such a conversation"] += 1
    report.people = people.made
    return report


@dataclass
class _Bringing:
    """One channel on its way here."""

    archive: Archive
    listed: Listed
    channel: Channel
    people: SlackPeople
    page: Page
    report: SlackImport
    names: Names

    def bring(self) -> str:
        """Bring what is not here yet: a line about it."""
        imported = self._begin()
        if imported.conversation is None or imported.conversation.deleted_at is not None:
            return f"{self._title()}: was deleted here, and is not brought back"
        if imported.finished_at is not None:
            self.report.here_already += 1
            return f"{self._title()}: is here already"
        brought = 0
        for day in self.archive.days(self.channel):
            if day <= imported.done_upto:
                continue
            said = self.archive.messages(day)
            pages = [said[start : start + BATCH] for start in range(0, len(said), BATCH)] or [[]]
            for number, page in enumerate(pages, start=1):
                brought += self.page.bring(imported, page, done=day if number == len(pages) else "")
        self._finish(imported)
        self.report.channels += 1
        self.report.messages += brought
        return f"{self._title()}: {brought} messages"

    def _begin(self) -> ImportedConversation:
        with transaction.atomic():
            imported, is_new = ImportedConversation.objects.select_related("conversation").get_or_create(
                source=f"{SOURCE}{self.channel.id}"
            )
            if is_new:
                imported.conversation = Conversation.objects.create(
                    kind=Kind.GROUP, title=self._title(), description=self._description()
                )
                imported.save()
        return imported

    def _finish(self, imported: ImportedConversation) -> None:
        """Give it to its people, and tell them: from here on it is a conversation as all others."""
        with transaction.atomic():
            conversation = imported.locked()
            places = self._places(conversation)
            self._make_direct(conversation, places)
            creator = self.channel.creator
            conversation.created_by = self.people.take(creator) if creator and self.people.is_known(creator) else None
            conversation.participant_count = len(places)
            conversation.last_message = conversation.messages.order_by("-seq").first()
            began = self._began()
            conversation.created_at = began
            last = conversation.last_message
            conversation.last_activity_at = last.created_at if last is not None else began
            conversation.save()
            add_people(conversation, places, archived=bool(self.channel.is_archived))
            count_threads(conversation)
            announce(conversation, [place.user for place in places])
            imported.finished_at = timezone.now()
            imported.save(update_fields=["finished_at"])

    def _places(self, conversation: Conversation) -> list[Place]:
        """Its members; of one that has none any more, those who spoke in it."""
        users = {user.pk: (each, user) for each in self.channel.members or () for user in [self.people.take(each)]}
        if not users:
            senders = conversation.messages.exclude(sender=None).order_by().values("sender").distinct()
            users = {user.pk: ("", user) for user in User.objects.filter(pk__in=senders)}
        leading = {self.channel.creator}
        return [
            Place(user, Role.ADMIN if each in leading or self.people.leads(each) else Role.MEMBER, self._began())
            for each, user in users.values()
        ]

    def _make_direct(self, conversation: Conversation, places: list[Place]) -> None:
        """Two people have one direct conversation: where they have it already, this stays a group of the two."""
        if self.listed != Listed.DIRECT or len(places) != 2:
            return
        key = direct_key(places[0].user.pk, places[1].user.pk)
        if not Conversation.objects.filter(direct_key=key).exists():
            conversation.kind, conversation.title, conversation.direct_key = Kind.DIRECT, "", key
            places[:] = [place._replace(role=Role.MEMBER) for place in places]

    def _began(self) -> datetime:
        return datetime.fromtimestamp(min(self.channel.created or 0, LATEST), UTC)

    def _title(self) -> str:
        title = self.channel.name or ""
        if self.listed in {Listed.DIRECT, Listed.SEVERAL}:
            title = ", ".join(self.people.shown(each) for each in dict.fromkeys(self.channel.members or ()))
        return _line(title, MAX_TITLE) or self.channel.id

    def _description(self) -> str:
        said = (note.value for note in (self.channel.purpose, self.channel.topic) if note is not None)
        return "\n".join(_line(as_plain(each, self.names), MAX_DESCRIPTION // 2) for each in said if each)


def _line(text: str, most: int) -> str:
    """One line of at most so many characters, with nothing in it that turns the text around it."""
    seen = "".join(each for each in names.tidy(UNWANTED.sub(" ", text)) if each not in names.BIDI_CONTROLS)
    return seen if len(seen) <= most else f"{seen[: most - 1]}…"
