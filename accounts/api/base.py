"""What the API views of this app share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from accounts import actions
from accounts.authentication import BearerAuthentication
from accounts.models import Session, User

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.serializers import Serializer


class OpenView(APIView):
    """For everybody: what the request carries as credentials is not looked at, be it stale or not.

    The authentication is named all the same, for without one DRF answers 403 where 401 is meant.
    """

    authentication_classes = [BearerAuthentication]
    permission_classes = [AllowAny]
    throttle_scope: str | None = None  # wrong passwords are counted by `accounts.backends`
    throttle_address = True

    def perform_authentication(self, request: Request) -> None:
        """Nobody needs to be known here."""


def parsed(serializer: Serializer[Any]) -> dict[str, Any]:
    """What a valid request says; raises ValidationError (400) for any other."""
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


class Conflict(APIException):
    """The request is well formed, but does not fit what is there."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class MailOff(Conflict):
    """This server sends no mail."""

    default_detail = _("This server sends no mail: ask those who run it.")
    default_code = "mail_off"


def require_mail() -> None:
    """See to it that mail can be sent.

    Raises:
        MailOff: nobody set that up.
    """
    if not settings.MAIL:
        raise MailOff


def caller(request: Request) -> tuple[User, Session]:
    """Who asks, and by which session, as our authentication found them.

    Raises:
        NotAuthenticated: nobody in particular.
    """
    if isinstance(request.user, User) and isinstance(request.auth, Session):
        return request.user, request.auth
    raise NotAuthenticated


def leave(request: Request) -> None:
    """End the session that asks, and in a browser its cookie."""
    _user, session = caller(request)
    actions.end_session(session=session, reason=Session.EndReason.LOGOUT)
    if session.kind == Session.Kind.BROWSER:
        request._request.session.flush()
