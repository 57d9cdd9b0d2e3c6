"""Bytes of Server-Sent Events (WHATWG HTML, section 9.2): what stands on the wire between us and a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from realtime.log import PlacedEvent


def cursor(epoch: str, pos: int) -> str:
    """A place in the log as clients keep it: `<epoch>.<pos>`."""
    return f"{epoch}.{pos}"


def parse_cursor(text: str | None) -> tuple[str, int] | None:
    """Epoch and place of a cursor, or None when it is not one."""
    if not text or len(text) > 64:
        return None
    epoch, dot, digits = text.partition(".")
    if not (epoch and dot and digits.isascii() and digits.isdigit() and len(digits) < 20):
        return None
    return epoch, int(digits)


def durable(epoch: str, event: PlacedEvent) -> bytes:
    """An event of the log, with the cursor a client resumes from."""
    return f"id: {epoch}.{event.pos}\nevent: {event.type}\ndata: {event.payload}\n\n".encode()


def chunk(frame: bytes) -> bytes:
    """A frame as a chunk of HTTP/1.1 (RFC 9112, section 7.1)."""
    return b"%x\r\n%b\r\n" % (len(frame), frame)


def passing(event_type: str, data: Mapping[str, Any]) -> bytes:
    """An event that is no row of the log and moves no cursor."""
    return passing_text(event_type, orjson.dumps(data, option=orjson.OPT_UTC_Z).decode())


def passing_text(event_type: str, payload: str) -> bytes:
    """The same of data that is JSON already."""
    return f"event: {event_type}\ndata: {payload}\n\n".encode()


def id_of(frame: bytes) -> str | None:
    """The cursor that a frame moves to, None for a passing one."""
    first = frame.partition(b"\n")[0]
    return first.removeprefix(b"id: ").decode() if first.startswith(b"id: ") else None


def split(several: bytes) -> list[bytes]:
    """Frames written one after the other, each by itself. Their data is one line, so that no blank line is in it."""
    return several.split(b"\n\n")[:-1]


def poll_body(frames: Iterable[bytes], cursor: str, *, reset: bool, user_id: str) -> bytes:
    """The same frames as the JSON of a poll; a frame's data is JSON already."""
    events = b",".join(_as_json(frame) for frame in frames)
    tail = orjson.dumps({"cursor": cursor, "reset": reset, "user_id": user_id})
    return b'{"events":[%b],%b' % (events, tail[1:])


def _as_json(frame: bytes) -> bytes:
    fields = dict(line.split(b": ", 1) for line in frame.rstrip().split(b"\n"))
    cursor, event_type = orjson.dumps(id_of(frame)), orjson.dumps(fields[b"event"].decode())
    return b'{"id":%b,"type":%b,"data":%b}' % (cursor, event_type, fields[b"data"])


def bare_id(epoch: str, pos: int) -> bytes:
    """A block without data: nothing is dispatched, but the client's cursor moves past events that were not for it."""
    return f"id: {epoch}.{pos}\n\n".encode()
