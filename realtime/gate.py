"""Lets Django decide about a stream before the raw ASGI application opens it.

Raw ASGI routes bypass Django's middleware. So each request first goes through Django's own chain (allowed hosts, CORS
with preflight, authentication, permissions, throttles, the shape of errors) to the ordinary view at its address; only
when that view grants a stream is one opened, with the headers Django gave.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse
from django.urls import set_script_prefix

if TYPE_CHECKING:
    from realtime.stream import Snapshot, Viewer


class Granted(HttpResponse):
    """What a view returns to say: this viewer may have it. The raw application gives the body."""

    def __init__(self, viewer: Viewer, content_type: str) -> None:
        super().__init__(content_type=content_type)
        self.viewer = viewer
        self["Cache-Control"] = "private, no-store"


class StreamGranted(Granted):
    """A stream, of one topic with the function that reads what it is about."""

    def __init__(self, viewer: Viewer, snapshot: Snapshot | None = None) -> None:
        super().__init__(viewer, "text/event-stream; charset=utf-8")
        self.snapshot = snapshot
        self["X-Accel-Buffering"] = "no"  # nginx would hold the events back


class PollGranted(Granted):
    """A poll, from a cursor (None: from now), that may wait so long."""

    def __init__(self, viewer: Viewer, cursor: str | None, wait_s: int) -> None:
        super().__init__(viewer, "application/json")
        self.cursor = cursor
        self.wait_s = wait_s


class Gate(BaseHandler):
    """Django's request handling without a server around it. Call it in a thread: it may use the database."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()

    def __call__(self, scope: dict[str, Any]) -> HttpResponse:
        set_script_prefix(scope.get("root_path", "") or "/")
        request = ASGIRequest(scope, BytesIO())
        request.is_stream_gate = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        assert isinstance(response, HttpResponse)  # noqa: S101 - realtime's views stream nothing themselves
        return response


def raw_headers(response: HttpResponse) -> list[tuple[bytes, bytes]]:
    """A response's headers and cookies as ASGI wants them."""
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
    cookies = [
        (b"set-cookie", cookie.output(header="").strip().encode("latin1")) for cookie in response.cookies.values()
    ]
    return headers + cookies
