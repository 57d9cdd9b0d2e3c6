"""What is in an export, read page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Q
from django.utils import timezone

from chat.models import Attachment, Message, Participant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from accounts.models import User
    from chat.models import Conversation, MessageQuerySet
    from chat.models.attachments import AttachmentQuerySet

PAGE = 500  # messages in memory at a time
PEOPLE = 1000


@dataclass
class Source:
    """A conversation as one participant sees it now."""

    conversation: Conversation
    person: User  # who sees it
    first_seq: int
    still: Callable[[], None]  # called now and then; raises where the export is to end
    at: datetime = field(default_factory=timezone.now)
    path_of: Callable[[Attachment], str | None] = lambda _attachment: None  # where a file lies beside the export
    written: int = 0  # how many messages were read the last time
    is_whole: ClassVar[bool] = False

    def messages(self) -> Iterator[list[Message]]:
        """All messages up to the last one of this moment, ascending, in pages."""
        history = self._history().with_everything().order_by("seq")
        after, self.written = self.first_seq - 1, 0
        while page := list(history.filter(seq__gt=after)[:PAGE]):
            self.written += len(page)
            yield page
            after = page[-1].seq
            self.still()

    def attachments(self) -> Iterator[Attachment]:
        """The files of those messages, in their order, a page at a time."""
        files = Attachment.objects.filter(message__in=self._history().filter(deleted_at=None))
        return self._in_order(files, "message")

    def people(self) -> Iterator[Participant]:
        """Who takes part, in the order in which they came."""
        inside = Participant.objects.active().filter(conversation=self.conversation)
        return inside.select_related("user").order_by("pk").iterator(chunk_size=PEOPLE)

    def _history(self) -> MessageQuerySet:
        last = self.conversation.last_seq
        return Message.objects.filter(conversation=self.conversation, seq__gte=self.first_seq, seq__lte=last)

    @staticmethod
    def _in_order(files: AttachmentQuerySet, message: str) -> Iterator[Attachment]:
        """`message`: the path from a file to the message that it goes, or went, with."""
        seq = f"{message}__seq"
        after = (0, 0)
        ordered = files.order_by(seq, "position").values_list("pk", seq, "position")
        while page := list(ordered.filter(_beyond(seq, after))[:PAGE]):
            found = Attachment.objects.in_bulk([pk for pk, *_place in page])
            yield from (found[pk] for pk, *_place in page if pk in found)
            after = page[-1][1:]


class Whole(Source):
    """A conversation with all that is kept of it: earlier versions, what was removed, who left. For staff."""

    is_whole = True

    def attachments(self) -> Iterator[Attachment]:
        """Those of what is there, and those of what was removed."""
        yield from super().attachments()
        removed = Attachment.objects.filter(removed__message__conversation=self.conversation)
        yield from self._in_order(removed, "removed__message")

    def people(self) -> Iterator[Participant]:
        """Who took part at any time, in the order in which they first came."""
        all_of_them = Participant.objects.filter(conversation=self.conversation)
        return all_of_them.select_related("user").order_by("pk").iterator(chunk_size=PEOPLE)

    def _history(self) -> MessageQuerySet:
        kept = super()._history().select_related("removed__removed_by")
        return kept.prefetch_related("edits__edited_by", "removed__attachments")


def _beyond(seq: str, place: tuple[int, int]) -> Q:
    last, position = place
    return Q(**{f"{seq}__gt": last}) | Q(**{seq: last, "position__gt": position})
