"""Lets Django decide about a stream before the raw ASGI application opens it.

Raw ASGI routes bypass Django's middleware. So each request first goes through Django's own chain (allowed hosts, CORS
with preflight, authentication, permissions, throttles, the shape of errors) to the ordinary view at its address; only
when that view grants a stream is one opened, with the headers Django gave.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import DatabaseError, InterfaceError
from django.http import HttpResponse
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

from realtime import conf, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from realtime.hub import Hub
    from realtime.opening import MoreInit, Opening, Snapshot
    from realtime.stream import Viewer


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
        self.opening: Opening | None = None
        self["X-Accel-Buffering"] = "no"  # nginx would hold the events back


class PollGranted(Granted):
    """A poll, from a cursor (None: from now), that may wait so long."""

    def __init__(self, viewer: Viewer, cursor: str | None, wait_s: int) -> None:
        super().__init__(viewer, "application/json")
        self.cursor = cursor
        self.wait_s = wait_s


class Gate(BaseHandler):
    """Django's request handling without a server around it. Call it in a thread: it may use the database.

    REALTIME["MIDDLEWARE"] names the middleware that a stream's request needs, in order; all of the project's where it
    is not there. What pages need costs each connection as much as all the rest of it.
    """

    def __init__(self) -> None:
        super().__init__()
        paths = conf.option("MIDDLEWARE")
        if paths is None:
            self.load_middleware()
        else:
            self._load(paths)

    def _load(self, paths: Sequence[str]) -> None:
        """As BaseHandler.load_middleware does it with those of the settings, for middleware that is not async."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        handler: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(paths):
            middleware = import_string(path)(handler)
            if hasattr(middleware, "process_view"):
                self._view_middleware.insert(0, middleware.process_view)
            if hasattr(middleware, "process_template_response"):
                self._template_response_middleware.append(middleware.process_template_response)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            handler = convert_exception_to_response(middleware)
        self._middleware_chain = handler

    def __call__(self, scope: dict[str, Any]) -> HttpResponse:
        set_script_prefix(scope.get("root_path", "") or "/")
        request = ASGIRequest(scope, BytesIO())
        request.is_stream_gate = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        assert isinstance(response, HttpResponse)  # noqa: S101 - realtime's views stream nothing themselves
        return response


def ask(gate: Gate, hub: Hub, scope: dict[str, Any], more_init: MoreInit) -> HttpResponse:
    """What Django says to a request; where that is a stream, with what it begins with. One call in one thread."""
    response = gate(scope)
    if isinstance(response, StreamGranted) and scope["method"] != "HEAD":
        with suppress(DatabaseError, InterfaceError):  # then the stream tries again, and fails
            response.opening = opening.load(hub, response.viewer.user_id, more_init, response.snapshot)
    return response


def raw_headers(response: HttpResponse) -> list[tuple[bytes, bytes]]:
    """A response's headers and cookies as ASGI wants them."""
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
    cookies = [
        (b"set-cookie", cookie.output(header="").strip().encode("latin1")) for cookie in response.cookies.values()
    ]
    return headers + cookies
