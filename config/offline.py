"""What a browser needs to open Brook without the server: the service worker, and pages that show nobody's data."""

from __future__ import annotations

import functools
import hashlib
import re
from typing import Any

import orjson
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from config.static_files import content_of

WORKER = "js/service-worker.js"
ALSO = ["vendor/lucide/sprite.svg", "img/icon-192.png", "img/icon-badge.png"]
NOBODY: dict[str, Any] = {
    "me": {"id": "0", "username": "me", "display_name": ""},
    "open": None,
    "conversations": {"results": []},
}
VERSIONED = ("/i18n/", "/styles/")  # addresses that change with what is there
KEPT = {"Cache-Control": "private, no-cache"}
IN_PAGE = re.compile(r'(?:href|src)="([^"#]+)')


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker for the whole site, in the person's language; another byte of what it keeps is another version."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The chat without anybody in it: the browser fills in what it kept."""
    with translation.override(_language_of(request)):
        return HttpResponse(_shell(), headers=KEPT)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Says that the server cannot be reached."""
    with translation.override(_language_of(request)):
        return HttpResponse(_offline(), headers=KEPT)


def _language_of(request: HttpRequest) -> str:
    """The worker asks without a cookie, and hence says for which language."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def _shell() -> str:
    # Without the request, hence without anybody's CSRF token.
    return render_to_string("chat.html", {"state": NOBODY, "is_shell": True})


def _offline() -> str:
    return render_to_string("offline.html")


def _worker() -> bytes:
    if settings.DEBUG:
        _worker_as_started.cache_clear()
    return _worker_as_started(translation.get_language() or settings.LANGUAGE_CODE)


@functools.cache
def _worker_as_started(language: str) -> bytes:
    pages = [_shell(), _offline()]
    prefix = settings.STATIC_URL
    named = {path for page in pages for path in IN_PAGE.findall(page) if path.startswith((prefix, *VERSIONED))}
    files = sorted({*named, *(staticfiles_storage.url(name) for name in ALSO)})
    script = content_of(WORKER)
    # Those of the others change with what is in them, and stand in the page.
    static = (content_of(path.removeprefix(prefix)) for path in files if path.startswith(prefix))
    given = {
        "version": _hash(script, *(page.encode() for page in pages), *static),
        "files": files,
        "shell": f"{reverse('offline-shell')}?language={language}",
        "offline": f"{reverse('offline')}?language={language}",
        "icon": staticfiles_storage.url("img/icon-192.png"),
        "badge": staticfiles_storage.url("img/icon-badge.png"),
    }
    return b"self.BROOK = " + orjson.dumps(given) + b";\n" + script


def _hash(*parts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(parts), digest_size=8).hexdigest()
