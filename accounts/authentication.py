"""Who is asking: the holder of a token or the owner of a browser, each by the session behind it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from structlog.contextvars import bind_contextvars

from accounts import tokens
from accounts.models import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest
    from rest_framework.request import Request

    from accounts.models import User

ROW_KEY = "brook_session"  # in Django's session: the id of the Session row behind it


def session_of_access_token(raw: str | bytes) -> Session | None:
    """The live session of an access token, with its user: a check of the signature, then one query."""
    token = tokens.read_access(raw)
    if token is None:
        return None
    session = Session.objects.find_live(token.get(tokens.SESSION_CLAIM, ""), token.get(tokens.USER_CLAIM, ""))
    if session is not None:
        session.token_expires_at = datetime.fromtimestamp(token["exp"], UTC)
    return session


def session_of_browser(store: SessionBase) -> Session | None:
    """The live session behind a browser's cookie, with its user: one query for Django's session, one for ours."""
    row_id, user_id = store.get(ROW_KEY), store.get(SESSION_KEY)
    if row_id is None or user_id is None:
        return None
    session = Session.objects.find_live(row_id, user_id)
    if session is None:
        return None
    # A password changed past the actions (`manage.py changepassword`) ends browser sessions here, as in plain Django.
    current = constant_time_compare(store.get(HASH_SESSION_KEY, ""), session.user.get_session_auth_hash())
    return session if current else None


def note_person(session: Session, request: HttpRequest) -> None:
    """Note that a session is in use, and whose request this is: for the log, and for the language of the answer."""
    bind_contextvars(user_id=str(session.user_id))
    if getattr(request, "is_stream_gate", False):  # streams are noted by accounts.streams, and say nothing to people
        return
    if session.user.language:
        translation.activate(session.user.language)  # until LanguageMiddleware sees the thread's next request
    session.touch()


def token_refused(claims: Mapping[str, Any] | None) -> AuthenticationFailed:
    """The answer to a token that is forged, expired, used up, or of an ended session; to whom staff suspended, why.

    Args:
        claims: of a token of ours that is good but for its session.
    """
    suspended = claims and Session.objects.find_suspended(
        claims.get(tokens.SESSION_CLAIM, ""), claims.get(tokens.USER_CLAIM, "")
    )
    if suspended:
        return AuthenticationFailed(suspended.user.suspension, code="suspended")
    return AuthenticationFailed(_("This token is not valid, or no longer."), code="token_not_valid")


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>` (RFC 6750); `request.auth` is the Session."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        """Person and session of the token, None where the request carries no bearer token.

        Raises:
            AuthenticationFailed: the token is not ours, has expired, or its session has ended.
        """
        scheme, _space, raw = get_authorization_header(request).strip().partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        session = session_of_access_token(raw.strip())
        if session is None:
            raise token_refused(tokens.read_access(raw.strip()))
        note_person(session, request._request)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class CookieAuthentication(BaseAuthentication):
    """The browser's session cookie, with CSRF protection on writes; `request.auth` is the Session."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        """Person and session of the cookie, None where the request carries none that is live.

        Raises:
            PermissionDenied: a write without the CSRF token.
        """
        store: SessionBase | None = getattr(request._request, "session", None)
        session = session_of_browser(store) if store is not None else None
        if session is None:
            return None
        enforce_csrf(request._request)
        note_person(session, request._request)
        return session.user, session


def enforce_csrf(request: HttpRequest) -> None:
    """Check the CSRF token as Django does for its own views, which API views are exempt from.

    Raises:
        PermissionDenied: it is missing or wrong.
    """
    check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]
    check.process_request(request)
    if reason := check.process_view(request, None, (), {}):  # type: ignore[arg-type]
        raise PermissionDenied(_("CSRF failed: %(reason)s") % {"reason": reason}, code="csrf_failed")
