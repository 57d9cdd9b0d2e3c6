"""Files over HTTP: single ranges, ETag, private caching (RFC 9110, RFC 9111); in pieces, or by the proxy."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags
from rest_framework.exceptions import NotFound

from accounts.files import open_saved, part, version_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from django.http import HttpResponseBase
    from rest_framework.request import Request

PIECE = 262_144  # bytes read and sent at a time
RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.ASCII)
HEADERS = {
    # What an address leads to never changes; a browser may keep it, a cache that several people share may not.
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Vary": "Authorization, Cookie",
}


class OutOfRange(Exception):
    """The range asked for begins after the end."""


def download(request: Request, *, file: str, media_type: str, name: str, inline: bool) -> HttpResponseBase:
    """Answer with a file of the storage, whose name there stands for its content.

    What may not be shown `inline` is no more than bytes to the browser, to be saved under `name`.
    """
    etag = f'"{version_of(file)}"'
    headers = {
        **HEADERS,
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Content-Disposition": content_disposition_header(not inline, name) or "attachment",
        "Content-Type": media_type if inline else "application/octet-stream",
    }
    matching = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in matching or etag in [tag.removeprefix("W/") for tag in matching]:
        return HttpResponseNotModified(headers=headers)
    if settings.ACCEL_LOCATION:
        return HttpResponse(headers={**headers, "X-Accel-Redirect": f"{settings.ACCEL_LOCATION}/{quote(file)}"})
    try:
        opened = open_saved(file)
    except FileNotFoundError:
        raise NotFound from None
    _let_go_of_the_database()
    return _answer(request, opened, etag, headers)


def _let_go_of_the_database() -> None:
    """As at the end of a request: a slow reader may take minutes, and others wait for the connection."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _answer(request: Request, opened: IO[bytes], etag: str, headers: dict[str, str]) -> HttpResponseBase:
    size: int = opened.size  # type: ignore[attr-defined] # Django's File
    status, first, last = 200, 0, size - 1
    try:
        if wanted := _range(request, etag, size):
            status, (first, last) = 206, wanted
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    except OutOfRange:
        opened.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(last + 1 - first)
    if request.method == "HEAD":
        opened.close()
        return HttpResponse(status=status, headers=headers)
    wanted_part = part(opened, first, last + 1 - first)
    # Django reads a plain iterator to its end before the first byte goes out over ASGI.
    pieces = _pieces_async if hasattr(request._request, "scope") else _pieces
    response = StreamingHttpResponse(pieces(wanted_part, last + 1 - first), status=status, headers=headers)
    for each in (wanted_part, opened):
        response._resource_closers.append(each.close)  # type: ignore[attr-defined] # as Django's own FileResponse does
    return response


def _range(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range (RFC 9110, 14.1.2); None for everything: several ranges are not served.

    Raises:
        OutOfRange: nothing of the file is in it.
    """
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    # If-Range (13.1.5): a date is none of ours, since we send no Last-Modified.
    if found is None or request.headers.get("If-Range", etag) != etag:
        return None
    start, end = found.groups()
    if (not start and not end) or (start and end and int(end) < int(start)):
        return None
    if not start:
        first, last = max(size - int(end), 0), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
    if first >= size or first > last:
        raise OutOfRange
    return first, last


def _pieces(opened: IO[bytes], left: int) -> Iterator[bytes]:
    while left and (piece := opened.read(min(left, PIECE))):
        left -= len(piece)
        yield piece


async def _pieces_async(opened: IO[bytes], left: int) -> AsyncIterator[bytes]:
    read = sync_to_async(opened.read, thread_sensitive=False)  # a disk may be slow, and others wait for the loop
    while left and (piece := await read(min(left, PIECE))):
        left -= len(piece)
        yield piece
