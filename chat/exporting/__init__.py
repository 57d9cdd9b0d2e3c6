"""Writes a conversation, as one person may see it, into a file: page by page, so that its length costs no memory."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from chat.exporting.as_html import write_html
from chat.exporting.as_json import write_json
from chat.exporting.as_zip import write_zip
from chat.exporting.reading import Source
from chat.models import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat.models import Participant

__all__ = ["write"]

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
    WRITERS[format](out, Source(participant, max(first_seq, participant.first_seq), still))
