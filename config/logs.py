"""The log: a line of JSON for each event where machines read it, a readable one where a person does.

Everything is logged by `logging` as ever, with `extra={...}` for what is no part of the sentence; structlog renders it.
Of `extra` only the fields of `FIELDS` come through, so that nobody's text gets into the log by a library's good will.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # what we take over from a client or a proxy
FIELDS = (
    "stream_id",
    "user_id",
    "request_id",
    "method",
    "route",
    "status_code",
    "ms",
    "how",
    "pos",
    "reason",
    "lasted_s",
)
# They write what they carry: statements with their values, headers with their credentials.
CARRIERS = ("django.db.backends", "httpcore", "httpx", "urllib3", "botocore", "boto3", "s3transfer", "PIL")

logger = logging.getLogger(__name__)


def formatter(*, as_json: bool) -> logging.Formatter:
    """Makes a line of each record."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=FIELDS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        rendering += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback  # the others show what variables hold
        rendering += [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=rendering)


def config(*, level: str, as_json: bool) -> dict[str, Any]:
    """The setting LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": {"()": formatter, "as_json": as_json}},
        "filters": {"routes": {"()": RoutesForPaths}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured", "filters": ["routes"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # A traceback a second while Redis is away: realtime.broadcast says it in one line.
            "channels_redis": {"level": "CRITICAL"},
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            **{name: {"level": "ERROR" if level == "ERROR" else "WARNING"} for name in CARRIERS},
        },
    }


def request_id_of(given: str) -> str:
    """What a request is called: as it came with it, or else a name of ours."""
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


class RoutesForPaths(logging.Filter):
    """Django names the address of a request that went wrong; that may hold anything, an invite's code for one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, with the pattern of the address instead of the address."""
        request: Any = getattr(record, "request", None)
        path = getattr(request, "path", "")
        if path and isinstance(record.args, tuple):
            shown = path.encode("unicode_escape").decode("ascii")  # as django.utils.log writes it
            record.args = tuple(route_of(request) if each in {path, shown} else each for each in record.args)
            record.method = request.method
        return True


def route_of(request: Any) -> str:
    """The pattern of a request's address; without one it leads nowhere."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else "(no such address)"


class RequestLogMiddleware:
    """Gives each request an id, takes over one that came with it, and says it in the answer and in every line.

    A request's own line is written at the level DEBUG, with the pattern of its address instead of the address itself:
    that may hold an invite's code.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_of(request.META.get("HTTP_X_REQUEST_ID", ""))
        clear_contextvars()  # the thread has answered others before
        bind_contextvars(request_id=request_id)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id
            if logger.isEnabledFor(logging.DEBUG):
                logger.debug("request", extra=_line(request, response, began))
            return response
        finally:
            clear_contextvars()


def _line(request: HttpRequest, response: HttpResponse, began: float) -> dict[str, Any]:
    return {
        "method": request.method,
        "route": route_of(request),
        "status_code": response.status_code,
        "ms": round((time.monotonic() - began) * 1000, 1),
    }
