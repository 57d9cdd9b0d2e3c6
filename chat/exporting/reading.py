"""What is in an export, read page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from chat.models import Attachment, Participant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from chat.models import Message

PAGE = 500  # messages in memory at a time
PEOPLE = 1000


@dataclass
class Source:
    """A conversation as one participant sees it now."""

    participant: Participant
    first_seq: int
    still: Callable[[], None]  # called now and then; raises where the export is to end
    at: datetime = field(default_factory=timezone.now)
    path_of: Callable[[Attachment], str | None] = lambda _attachment: None  # where a file lies beside the export

    def messages(self) -> Iterator[list[Message]]:
        """All messages up to the last one of this moment, ascending, in pages."""
        last = self.participant.conversation.last_seq
        history = self.participant.history().with_everything().filter(seq__lte=last).order_by("seq")
        after = self.first_seq - 1
        while page := list(history.filter(seq__gt=after)[:PAGE]):
            yield page
            after = page[-1].seq
            self.still()

    def attachments(self) -> Iterator[Attachment]:
        """The files of those messages, in their order, a page at a time."""
        last = self.participant.conversation.last_seq
        seen = self.participant.history().filter(seq__gte=self.first_seq, seq__lte=last, deleted_at=None)
        files = Attachment.objects.filter(message__in=seen).order_by("message__seq", "position")
        after = (0, 0)
        while page := list(files.filter(_beyond(after)).select_related("message")[:PAGE]):
            yield from page
            after = (page[-1].message.seq if page[-1].message else 0, page[-1].position)

    def people(self) -> Iterator[Participant]:
        """Who takes part, in the order in which they came."""
        inside = Participant.objects.active().filter(conversation=self.participant.conversation_id)
        return inside.select_related("user").order_by("pk").iterator(chunk_size=PEOPLE)


def _beyond(place: tuple[int, int]) -> Q:
    seq, position = place
    return Q(message__seq__gt=seq) | Q(message__seq=seq, position__gt=position)
