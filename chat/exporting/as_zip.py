"""An export as a zip: the JSON, the page, and the files that were sent, piece by piece."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING

from accounts import files
from chat.exporting.as_html import write_html
from chat.exporting.as_json import write_json
from chat.models import Attachment

if TYPE_CHECKING:
    from uuid import UUID

    from chat.exporting.reading import Source

JSON, PAGE, FOLDER = "conversation.json", "conversation.html", "files"
PIECE = 1_048_576
PIECES_A_LIFE_SIGN = 32
NAME_BYTES = 150  # file systems have 255 for a name
FORBIDDEN = re.compile(r'[<>:"/\\|?*%#\x00-\x1f\x7f]')  # by file systems, and in links


def write_zip(out: IO[bytes], source: Source) -> None:
    """Files first, since the other two say where they are; what is no longer in the storage is left out."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        found = _write_files(packed, source)
        source.path_of = lambda attachment: path_of(attachment) if attachment.pk in found else None
        for name, write in ((JSON, write_json), (PAGE, write_html)):
            with packed.open(name, "w", force_zip64=True) as part:
                write(part, source)


def path_of(attachment: Attachment) -> str:
    """Where a file is in the zip: under a name of its own that every file system takes."""
    name = FORBIDDEN.sub("_", attachment.name)
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, ending = name, ""
    short = stem.encode()[:NAME_BYTES].decode(errors="ignore").strip(". ")
    return f"{FOLDER}/{attachment.pk}/{short or 'file'}{dot and ending and f'.{ending}'}"


def _write_files(packed: zipfile.ZipFile, source: Source) -> set[UUID]:
    found = set()
    for attachment in source.attachments():
        try:
            opened = files.open_saved(attachment.file)
        except FileNotFoundError:  # its message was deleted this moment
            continue
        # Pictures, sound and archives are packed already: doing it again costs time alone.
        about = zipfile.ZipInfo(path_of(attachment), attachment.created_at.timetuple()[:6])
        with opened, packed.open(about, "w", force_zip64=True) as part:
            _copy(opened, part, source)
        found.add(attachment.pk)
        source.still()
    return found


def _copy(opened: IO[bytes], part: IO[bytes], source: Source) -> None:
    number = 0
    while piece := opened.read(PIECE):
        part.write(piece)
        number += 1
        if number % PIECES_A_LIFE_SIGN == 0:
            source.still()
