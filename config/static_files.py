"""How static files go out: what is text compressed, our scripts without their comments.

The comments are a quarter of what our scripts weigh on the wire, and browsers have no use for them. Their lines stay,
so that places in error messages are those of the source.
"""

from __future__ import annotations

import functools
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

OUR_SCRIPTS = "js/"
MOST_PACKED = 32
TEXT = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")
COMMENT = re.compile(
    r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$"  # with lines of its own
    r"|/\*\* @(?:(?!\*/).)*\*/ ?"  # a type, in the middle of a line
    r"|^[ \t]*//(?-s:.*)$",
    re.DOTALL | re.MULTILINE,
)


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # which has no types
    """WhiteNoise leaves compressing to a step at build time: here a file is compressed when it is first asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.packed: dict[tuple[str, str], bytes] = {}  # by address and version
        super().__init__(*args, **kwargs)

    def serve(self, static_file: Any, request: HttpRequest) -> Any:
        """The file, or its compressed form for who can read that."""
        response = WhiteNoiseMiddleware.serve(static_file, request)
        kind = response.get("Content-Type", "")
        if request.method != "GET" or response.status_code != 200 or not kind.startswith(TEXT):
            return response
        response["Vary"] = "Accept-Encoding"
        if "gzip" not in request.headers.get("Accept-Encoding", "") or "Content-Encoding" in response:
            return response
        key = (request.path_info, response.get("ETag", ""))
        if key not in self.packed:
            self.packed[key] = pack(request.path_info.removeprefix(self.static_prefix), b"".join(response))
        response.file_to_stream.close()  # not the response, which would say that the request is over
        headers = {**response.headers, "Content-Encoding": "gzip", "Content-Length": str(len(self.packed[key]))}
        return HttpResponse(self.packed[key], headers=headers)


def content_of(name: str) -> bytes:
    """A static file, from where `collectstatic` put it or where it lies; empty where there is none."""
    collected = Path(settings.STATIC_ROOT) / name
    found = str(collected) if collected.is_file() else finders.find(name)
    return Path(found).read_bytes() if found else b""


def compressed_for(request: HttpRequest, content: bytes, kind: str) -> HttpResponse:
    """Something that everybody gets alike, compressed for who can read that."""
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_packed(content) if is_packed else content, content_type=kind)
    response["Vary"] = "Accept-Encoding"
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return response


@functools.lru_cache(MOST_PACKED)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def pack(name: str, content: bytes) -> bytes:
    """A file as gzip, smaller first where its name says that it is a script of ours."""
    return gzip.compress(lean(content) if is_ours(name) else content, mtime=0)


def is_ours(name: str) -> bool:
    """Whether a static file is a script of this project; what is vendored stays as it came."""
    return name.startswith(OUR_SCRIPTS) and name.endswith(".js")


def lean(content: bytes) -> bytes:
    """A script without most of its comments; their lines stay, empty."""
    return COMMENT.sub(lambda match: "\n" * match[0].count("\n"), content.decode()).encode()


class LeanStorage(StaticFilesStorage):
    """What `collectstatic` fills, for proxies: they compress, and know no comments."""

    def post_process(
        self,
        paths: dict[str, Any],
        dry_run: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **_options: Any,
    ) -> Iterator[tuple[str, str, bool]]:
        """Take the comments out of the copies."""
        for name in paths:
            if not dry_run and is_ours(name):
                file = Path(self.path(name))
                file.write_bytes(lean(file.read_bytes()))
                yield name, name, True
