"""Refuses bodies that are too large before they are read: Django's ASGI handler would take them in whole first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

from config.errors import BodyTooLarge, refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[Mapping[str, Any]], Awaitable[None]]
    Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


# Where files come in; everywhere else a body is text.
UPLOADS = re.compile(r"/api/(attachments|users/me(/avatar)?|conversations/[^/]+/avatar)")
FORM_BYTES = 65_536  # what a form may add to its file: boundaries, headers, other fields


class LimitUpload(FileUploadHandler):
    """Counts the files of a form while they come, wherever Django reads one: 413 as soon as it is too much."""

    received = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Refuse what is declared to be too large before anything of it is read."""
        if content_length > settings.UPLOAD_BYTES + FORM_BYTES:
            raise UploadTooLarge

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and hand on to the next handler."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_BYTES:
            raise UploadTooLarge
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""


class UploadTooLarge(BodyTooLarge, RequestDataTooBig):
    """What the API answers with 413, and Django's own views with 400."""

    default_detail = _("The file is too large.")


class LimitBody:
    """ASGI wrapper: 413 as soon as the declared or the received length passes what its address takes."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        limit = _limit(scope, headers)
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await refuse(scope, send, BodyTooLarge())
            return
        received, refused, started = 0, False, False

        async def counting_receive() -> Mapping[str, Any]:
            nonlocal received, refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit and not started:
                refused = True
                return {"type": "http.disconnect"}
            return message

        async def guarded_send(message: Mapping[str, Any]) -> None:
            nonlocal started
            started = True
            if not refused:
                await send(message)

        await self._application(scope, counting_receive, guarded_send)
        if refused:
            await refuse(scope, send, BodyTooLarge())


def _limit(scope: dict[str, Any], headers: dict[bytes, bytes]) -> int:
    """How many bytes: those of a file for whoever shows credentials, be they good or not, with a form and a file."""
    credentials = b"authorization" in headers or settings.SESSION_COOKIE_NAME.encode() in headers.get(b"cookie", b"")
    form = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
    if form and credentials and UPLOADS.fullmatch(scope.get("path", "")):
        limit: int = settings.UPLOAD_BYTES + FORM_BYTES
    else:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return limit
