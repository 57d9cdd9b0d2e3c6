"""What is in an export, read page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from chat.models import Participant

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

    def messages(self) -> Iterator[list[Message]]:
        """All messages up to the last one of this moment, ascending, in pages."""
        last = self.participant.conversation.last_seq
        history = self.participant.history().with_everything().filter(seq__lte=last).order_by("seq")
        after = self.first_seq - 1
        while page := list(history.filter(seq__gt=after)[:PAGE]):
            yield page
            after = page[-1].seq
            self.still()

    def people(self) -> Iterator[Participant]:
        """Who takes part, in the order in which they came."""
        inside = Participant.objects.active().filter(conversation=self.participant.conversation_id)
        return inside.select_related("user").order_by("pk").iterator(chunk_size=PEOPLE)
