"""What every answer of Django gets."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response
from rest_framework.response import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class PrivateMiddleware:
    """Nothing personal may be kept by a cache between us and the browser: private unless a view says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class CompressedPagesMiddleware:
    """Pages go out compressed; with a few bytes at random, as Django does it against guessing by length (BREACH).

    A page whose address brings something of its own does not: whoever makes somebody follow a link could try words in
    it, and see by the length which of them stand in what that person alone may read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.gzip = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or response.streaming or request.META.get("QUERY_STRING"):
            return response
        return self.gzip.process_response(request, response)  # type: ignore[return-value] # the same one


class ConditionalMiddleware:
    """A weak ETag on what programs poll; 304 without a body where nothing of it has changed (RFC 9110, 13.1.2).

    The snapshots' `cursor` moves with every event of the server and is left out of the tag: who keeps an older body
    keeps an older cursor, from which nothing that the body shows has changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "GET" or response.status_code != 200 or not isinstance(response, Response):
            return response
        response["ETag"] = etag = _tag(response)
        return get_conditional_response(request, etag=etag, response=response) or response


def _tag(response: Response) -> str:
    body: bytes = response.content
    cursor = response.data.get("cursor") if isinstance(response.data, dict) else None
    if cursor:
        body = body.replace(f'"{cursor}"'.encode(), b"", 1)
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
