"""What a file is, by what is in it; what a file may be called."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import IO, Any

import filetype  # type: ignore[import-untyped]
from tinytag import TinyTag

from accounts import images
from accounts.names import BIDI_CONTROLS, REFUSED_CATEGORIES
from chat.models import Attachment

HEAD_BYTES = 8192
MOVIE_BYTES = 1_048_576  # how much of an MP4's table of contents is looked through
MAX_SECONDS = 86_400.0
NAME_CHARACTERS = 255
UNKNOWN = "application/octet-stream"
TURNING = BIDI_CONTROLS | {"\u200e", "\u200f", "\u061c"}  # and those marks that turn less
RENAMED = {
    "image/apng": "image/png",
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "video/x-m4v": "video/mp4",
}
# What a browser may show in place: nothing of these can carry a script.
INLINE = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"),
        *("audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/flac", "audio/aac"),
        *("video/mp4", "video/webm"),
    }
)


@dataclass
class Content:
    """What is in a file, and what of it is kept."""

    file: Any
    media_type: str = UNKNOWN
    kind: Attachment.Kind = Attachment.Kind.FILE
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    thumbnail: IO[bytes] | None = None


def look_into(file: Any) -> Content:
    """What an uploaded file is. Pictures come back tidied; what looks like one and is none is unknown.

    Raises:
        images.TooManyPixels, images.Busy: see there.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    guess = filetype.guess(head)
    media_type = RENAMED.get(guess.mime, guess.mime) if guess is not None else _text(head)
    if media_type in images.MEDIA_TYPES.values():
        return _picture(file)
    if media_type.partition("/")[0] in {"audio", "video"}:
        return _recording(file, media_type, head)
    return Content(file, media_type)


def shown_name(name: str) -> str:
    """The name people see: the last part of a path, one line, nothing that turns the text around it, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(
        character
        for character in last
        if unicodedata.category(character) not in REFUSED_CATEGORIES and character not in TURNING
    ).strip()
    if not seen.strip("."):
        return "file"
    stem, dot, ending = seen.rpartition(".")
    if len(seen) <= NAME_CHARACTERS:
        return seen
    return stem[: NAME_CHARACTERS - len(ending) - 1] + dot + ending if dot and len(ending) < 20 else seen[:255]


def _picture(file: Any) -> Content:
    try:
        picture = images.tidy(file)
    except images.NotAPicture:
        return Content(file)
    return Content(
        file=picture.file,
        media_type=picture.media_type,
        kind=Attachment.Kind.IMAGE,
        width=picture.width,
        height=picture.height,
        thumbnail=picture.thumbnail,
    )


def _recording(file: Any, media_type: str, head: bytes) -> Content:
    container = media_type.partition("/")[2]
    if container in {"webm", "mp4", "ogg"}:
        tracks = {"webm": _tracks_of_webm, "mp4": _tracks_of_mp4, "ogg": _tracks_of_ogg}[container](file, head)
        if tracks not in {"audio", "video"}:
            return Content(file)
        media_type = f"{tracks}/{container}"
    if media_type not in INLINE:
        return Content(file, media_type)
    duration = _duration(file)
    if duration is None and container not in {"webm", "mp4", "ogg"}:
        return Content(file)  # no sound was found in it; of the other three, browsers write some that do not say
    kind = Attachment.Kind.VOICE if media_type.startswith("audio/") else Attachment.Kind.FILE
    return Content(file, media_type, kind, duration=duration)


def _tracks_of_webm(_file: Any, head: bytes) -> str:
    """By the names of the codecs (RFC 9559, 5.1.4.1.22), which a recorder writes first."""
    if b"webm" not in head[:64]:
        return ""
    return "video" if re.search(rb"V_(VP|AV)", head) else "audio" if re.search(rb"A_(OPUS|VORBIS)", head) else ""


def _tracks_of_ogg(_file: Any, head: bytes) -> str:
    """By the header of the first stream (RFC 3533, RFC 7845)."""
    return "audio" if re.search(rb"OpusHead|\x01vorbis|Speex   |\x7fFLAC", head[:256]) else ""


def _tracks_of_mp4(file: Any, head: bytes) -> str:
    """By the handlers of the tracks (ISO/IEC 14496-12, 8.4.3) in the box `moov`, wherever in the file that is."""
    place = 0
    for _box in range(64):
        file.seek(place)
        header = file.read(16)
        size, name = int.from_bytes(header[:4], "big"), header[4:8]
        if name == b"moov":
            movie = file.read(min(size, MOVIE_BYTES))
            return "video" if b"vide" in movie else "audio" if b"soun" in movie else ""
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        if size < 8:
            break
        place += size
    return ""


def _duration(file: Any) -> float | None:
    """Seconds, as far as the file says."""
    file.seek(0)
    try:
        seconds = TinyTag.get(file_obj=file, tags=False, duration=True).duration
    except Exception:
        return None
    return round(seconds, 3) if seconds is not None and 0 < seconds <= MAX_SECONDS else None


def _text(head: bytes) -> str:
    """Plain text is what can be read as such, HTML and SVG too: nobody shall show them as what they want to be."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return UNKNOWN
    return UNKNOWN if re.search(r"[\0-\x08\x0e-\x1a\x1c-\x1f]", text) else "text/plain"
