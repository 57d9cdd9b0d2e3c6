"""What a process that only holds streams answers: `manage.py serve --role stream`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rest_framework import status
from rest_framework.exceptions import APIException

from config.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

# Streams, polls and status; typing, which is told from here at once; and what load balancers and Prometheus ask.
SERVED = re.compile(r"/api/realtime/.+|/health/.+|/metrics")


class Misdirected(APIException):
    """The address is another process's (RFC 9110, 15.5.20)."""

    status_code = status.HTTP_421_MISDIRECTED_REQUEST
    default_detail = (
        "This process serves /api/realtime/, /health/ and /metrics alone. Let the proxy send everything else to web."
    )
    default_code = "misdirected"


class StreamRole:
    """ASGI wrapper: a proxy that is set up wrongly is told so, and the streams' process is not loaded with it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if SERVED.fullmatch(scope["path"]):
            await self._application(scope, receive, send)
            return
        await refuse(scope, send, Misdirected())
