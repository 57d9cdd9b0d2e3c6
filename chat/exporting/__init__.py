"""Writes a conversation, as a person may see it or whole, into a file: by pages, so that its length costs no memory."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from chat.exporting.as_html import write_html
from chat.exporting.as_json import write_json
from chat.exporting.as_zip import write_zip
from chat.exporting.reading import Source, Whole
from chat.models import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from chat.models import Conversation, Participant

__all__ = ["write", "write_whole"]

WRITERS = {
    ExportFormat.JSON.value: write_json,
    ExportFormat.HTML.value: write_html,
    ExportFormat.ZIP.value: write_zip,
}


def write(out: IO[bytes], participant: Participant, *, format: str, first_seq: int, still: Callable[[], None]) -> None:
    """Write what the participant may see, from a seq on.

    Args:
        still: called between pages; what it raises ends the writing.
    """
    first_seq = max(first_seq, participant.first_seq)
    WRITERS[format](out, Source(participant.conversation, participant.user, first_seq, still))


def write_whole(out: IO[bytes], conversation: Conversation, *, by: User, still: Callable[[], None]) -> int:
    """Write a zip with all that is kept of a conversation, for one of the staff; how many messages that are.

    Args:
        still: as above.
    """
    source = Whole(conversation, by, 1, still)
    write_zip(out, source)
    return source.written
