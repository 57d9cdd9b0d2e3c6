"""Errors: the one shape of the API, and a failing database told from a bug."""

from __future__ import annotations

import errno
import logging
import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, InternalError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotFound,
    JsonResponse,
    UnreadablePostError,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from drf_standardized_errors.handler import ExceptionHandler as StandardExceptionHandler
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError

from accounts.files import StorageAway
from accounts.screening import TextRefused
from config.logs import request_id_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from rest_framework.response import Response

    Send = Callable[[Mapping[str, Any]], Awaitable[None]]

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 2
NO_ROOM_RETRY_AFTER_S = 30
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # full, a quota, a limit on the size of files


class Unavailable(APIException):
    """The database cannot be reached: nothing was saved, the same request may be sent again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The server cannot reach its database right now. Nothing was saved: try again.")
    default_code = "unavailable"
    wait = RETRY_AFTER_S  # the handler makes Retry-After of it


class StorageUnavailable(Unavailable):
    """The storage of files cannot be reached: nothing was saved, the same request may be sent again."""

    default_detail = gettext_lazy(
        "The server cannot reach its storage of files right now. Nothing was saved: try again."
    )


class NoRoom(APIException):
    """The disk is full: nothing was saved, the same request may be sent again once there is room."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = gettext_lazy("The server has no room left to save this. Nothing was saved: try again later.")
    default_code = "no_room"
    wait = NO_ROOM_RETRY_AFTER_S


class BodyTooLarge(APIException):
    """The request's body is longer than the server takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body is too large.")
    default_code = "too_large"


class ExceptionHandler(StandardExceptionHandler):
    """Tells a failing dependency (503, come again) from a bug (500)."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if unavailable := _unavailable(exc):
            return unavailable
        if isinstance(exc, SuspiciousOperation | UnreadablePostError) and not isinstance(exc, APIException):
            return ParseError(_("The body is not well formed, or was cut off."))
        if isinstance(exc, TextRefused):
            return ValidationError({exc.field: str(exc)}, code=exc.code)
        converted: Exception = super().convert_known_exceptions(exc)
        return converted

    def report_exception(self, exc: APIException, response: Response) -> None:
        if exc.status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
            _note_unavailable(self.exc, response)
        else:
            super().report_exception(exc, response)


def _note_unavailable(error: BaseException | None, response: HttpResponseBase) -> None:
    """No bug of ours: one line, not a traceback for every request, and not Django's own line besides."""
    logger.warning("503: %s", (str(error).strip().splitlines() or [""])[0])
    response._has_been_logged = True  # type: ignore[attr-defined] # what django.utils.log looks for


def api_error(error: APIException, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """An error of the API's shape, for answers that no API view gives."""
    kind = "server_error" if status.is_server_error(error.status_code) else "client_error"
    body = {"type": kind, "errors": [{"code": error.get_codes(), "detail": str(error.detail), "attr": None}]}
    return JsonResponse(body, status=error.status_code, headers=dict(headers or {}))


async def refuse(scope: Mapping[str, Any], send: Send, error: APIException) -> None:
    """The same from an ASGI wrapper, which no middleware of Django's stands before: with the request's id."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    response = api_error(error, {"X-Request-Id": request_id_of(given)})
    response["Content-Length"] = str(len(response.content))
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404 for addresses that lead nowhere: JSON under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return api_error(_NoSuchAddress())
    page: HttpResponseNotFound = defaults.page_not_found(request, exception)
    return page


def server_error(request: HttpRequest) -> HttpResponseBase:
    """What is left when a view or a middleware raised: 503 when the database is away, else 500."""
    unavailable = _unavailable(sys.exc_info()[1])
    error = unavailable or APIException(_("Server error."))
    headers = {"Retry-After": str(unavailable.wait)} if unavailable else {}
    page: HttpResponse = (
        api_error(error, headers) if request.path.startswith("/api/") else defaults.server_error(request)
    )
    page.status_code = error.status_code
    for name, value in headers.items():
        page[name] = value
    if unavailable:
        _note_unavailable(sys.exc_info()[1], page)
    return page


def _unavailable(error: BaseException | None) -> Unavailable | NoRoom | None:
    """What a failing dependency is answered with; None for everything else."""
    if isinstance(error, OperationalError | InterfaceError) or _is_the_databases_own(error):
        return Unavailable()
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return NoRoom()
    if isinstance(error, StorageAway):
        return StorageUnavailable()
    return None


def _is_the_databases_own(error: BaseException | None) -> bool:
    """PostgreSQL's class XX: something is wrong inside it, such as a file that it cannot write."""
    return isinstance(error, InternalError) and str(getattr(error.__cause__, "sqlstate", "")).startswith("XX")


class _NoSuchAddress(APIException):
    status_code = status.HTTP_404_NOT_FOUND
    default_detail = gettext_lazy("There is nothing at this address.")
    default_code = "not_found"
