"""Bytes of Server-Sent Events (WHATWG HTML, section 9.2): what stands on the wire between us and a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def bare_id(epoch: str, pos: int) -> bytes:
    """A block without data: nothing is dispatched, but the client's cursor moves past events that were not for it."""
    return f"id: {epoch}.{pos}\n\n".encode()
