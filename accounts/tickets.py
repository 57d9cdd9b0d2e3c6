"""One-time tickets: for clients that open a stream and can send neither header nor cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.actions import redeem_ticket
from accounts.authentication import note_person

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.models import Session, User


class TicketAuthentication(BaseAuthentication):
    """`?ticket=`: once, in place of a header or cookie. For streams and polls alone, which ask for it by name."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        """Person and session of the ticket, None where the request carries none.

        Raises:
            AuthenticationFailed: it is not ours, too old, was used before, or its session has ended.
        """
        ticket = request.query_params.get("ticket")
        if ticket is None:
            return None
        session = redeem_ticket(ticket=ticket)
        if session is None:
            raise AuthenticationFailed(_("This ticket is not valid, or no longer."), code="ticket_not_valid")
        note_person(session, request._request)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"
