"""Somebody else's web server, on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Page = Callable[[Any], None]


class Web:
    """Serves what a test puts in, and keeps what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Any] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self)
                page = web.pages.get(self.path)
                try:
                    if page is None:
                        answer(b"", status=404)(self)
                    else:
                        page(self)
                except OSError:  # whoever asked went away
                    pass

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler

    def html(self, path: str, head: str, **more: Any) -> str:
        """A page with this in its head; its address."""
        self.pages[path] = answer(f"<!doctype html><head>{head}</head><body>hello".encode(), **more)
        return self.url + path

    def paths(self) -> list[str]:
        """What it was asked for."""
        return [request.path for request in self.asked]


def answer(body: bytes, *, status: int = 200, media_type: str = "text/html; charset=utf-8", **headers: str) -> Page:
    """A page of this content; `Content_Encoding="gzip"` is a header of it."""

    def page(request: Any) -> None:
        request.send_response(status)
        request.send_header("Content-Type", media_type)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return page


def redirect(to: str) -> Page:
    """A page that leads to another."""
    return answer(b"", status=302, Location=to)


@contextmanager
def serving() -> Iterator[Web]:
    """A server while the block runs."""
    web = Web()
    threading.Thread(target=web._server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield web
    finally:
        web._server.shutdown()
        web._server.server_close()
