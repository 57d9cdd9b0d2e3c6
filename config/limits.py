"""Refuses bodies that are too large before they are read: Django's ASGI handler would take them in whole first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from config.errors import BodyTooLarge, api_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    Send = Callable[[Mapping[str, Any]], Awaitable[None]]
    Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class LimitBody:
    """ASGI wrapper: 413 as soon as the declared or the received length passes DATA_UPLOAD_MAX_MEMORY_SIZE."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > limit:
            await _refuse(send)
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
            await _refuse(send)


async def _refuse(send: Send) -> None:
    response = api_error(BodyTooLarge())
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
