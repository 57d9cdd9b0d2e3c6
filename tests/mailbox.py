"""A real mail server on this machine, and what it got."""

from __future__ import annotations

import asyncio
import contextlib
import email.policy
import re
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

LINK = re.compile(r"https?://\S+")


class Mailbox:
    """Takes every mail, unless `refusals` says otherwise: one answer for each mail that comes next."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        parsed = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 OK"

    def text_of(self, number: int = -1) -> str:
        """What a mail says to people who read text."""
        return self._part("plain", number)

    def html_of(self, number: int = -1) -> str:
        """What it says to the others."""
        return self._part("html", number)

    def link_of(self, number: int = -1) -> str:
        """The path of the first link in it."""
        found = LINK.search(self.text_of(number))
        assert found is not None
        return re.sub(r"^https?://[^/]+", "", found[0])

    def _part(self, kind: str, number: int) -> str:
        part = self.mails[number].get_body((kind,))
        assert part is not None
        content: str = part.get_content()
        return content


class AnyPort(Controller):
    """At a port that is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def open_mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server that Brook sends its mails to."""
    mailbox = Mailbox()
    controller = AnyPort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        settings.MAIL = True
        settings.BASE_URL = "https://chat.example.org"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        yield mailbox
    finally:
        controller.stop()
