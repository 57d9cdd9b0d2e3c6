"""The style sheets of a page in one answer: nothing is painted before all of them are there, and sixteen take longer.

They stay files in static/css, and follow one another as the page names them.
"""

from __future__ import annotations

import functools
import hashlib
import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.catalogues import FOR_EVER
from config.static_files import compressed_for, content_of

NAMES = re.compile(r"[a-z-]{1,32}(?:,[a-z-]{1,32}){0,31}")
MOST_KEPT = 16  # combinations: anybody may ask for others than those of the pages


@require_safe
def sheet(request: HttpRequest, names: str, version: str) -> HttpResponse:
    """Several style sheets as one, at an address for each state of them, so that it may be kept for ever.

    During a change of versions one process may be asked for what another has: it gives its own, not to be kept.
    """
    if not NAMES.fullmatch(names):
        raise Http404
    content, current = _sheet(names)
    response = compressed_for(request, content, "text/css; charset=utf-8")
    response["Cache-Control"] = FOR_EVER if version == current else "no-cache"
    return response


def sheet_address(names: str) -> str:
    """Where these style sheets are, together: names of files in static/css, parted by spaces."""
    joined = ",".join(names.split())
    return reverse("style-sheet", args=[joined, _sheet(joined)[1]])


def _sheet(names: str) -> tuple[bytes, str]:
    if settings.DEBUG:
        _sheet_as_started.cache_clear()
    return _sheet_as_started(names)


@functools.lru_cache(MOST_KEPT)
def _sheet_as_started(names: str) -> tuple[bytes, str]:
    """The style sheets and their hash.

    Raises:
        Http404: one of them does not exist, or comes twice.
    """
    each = names.split(",")
    parts = [content_of(f"css/{name}.css") for name in each]
    if not all(parts) or len(set(each)) < len(each):
        raise Http404
    # Their addresses are beside static/css, where they no longer stand.
    content = b"\n".join(parts).replace(b'url("../', f'url("{settings.STATIC_URL}'.encode())
    return content, hashlib.blake2b(content, digest_size=8).hexdigest()
