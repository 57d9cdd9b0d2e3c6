"""The two tokens of an API session, made with simplejwt's classes."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import jwt
from django.utils import timezone
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Session

T = TypeVar("T", bound=Token)

SESSION_CLAIM = "sid"
USER_CLAIM = "user_id"
_KEPT = (USER_CLAIM, SESSION_CLAIM, "exp")  # of thousands of access tokens: what is asked of them


class Backend(TokenBackend):
    """simplejwt's, without a look at `iat`: a process whose clock is behind would refuse what another has just made.

    The claim says when a token was made (RFC 7519, 4.1.6), not from when on it is good.
    """

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 - simplejwt's signature
        options: Any = {"verify_signature": verify, "verify_iat": False}
        try:
            return jwt.decode(token, self.get_verifying_key(token), algorithms=[self.algorithm], options=options)
        except jwt.InvalidTokenError as error:
            raise TokenBackendError(str(error)) from error


BACKEND = Backend(api_settings.ALGORITHM, api_settings.SIGNING_KEY)


class OurAccessToken(AccessToken):
    """An access token, read by our backend."""

    _token_backend = BACKEND


class OurRefreshToken(RefreshToken):
    """A refresh token, likewise."""

    _token_backend = BACKEND


def refresh_lifetime() -> timedelta:
    """How long a refresh token is good for."""
    lifetime: timedelta = RefreshToken.lifetime
    return lifetime


def refresh_for(session: Session) -> str:
    """The session's current refresh token: the same bytes whenever it is asked for, until the session rotates.

    HS256 signs the same claims to the same signature (RFC 7518, 3.2), and every claim is in the row.
    """
    token = RefreshToken()
    token["jti"] = session.refresh_jti
    token.set_iat(at_time=session.rotated_at)
    token.set_exp(from_time=session.expires_at, lifetime=timedelta())
    return str(_of(session, token))


def access_for(session: Session) -> str:
    """A new access token for the session."""
    return str(_of(session, AccessToken()))


def pair_for(session: Session) -> dict[str, str]:
    """Both tokens, as the API gives them."""
    return {"access": access_for(session), "refresh": refresh_for(session)}


def read_access(raw: str | bytes) -> Mapping[str, Any] | None:
    """Whose, of which session and until when (`exp`) an access token is that we signed, None where it has expired."""
    try:
        claims = _access_claims(raw)
    except TokenError:
        return None
    return claims if claims["exp"] > timezone.now().timestamp() else None


@lru_cache(maxsize=4096)
def _access_claims(raw: str | bytes) -> Mapping[str, Any]:
    """The same token comes with many requests, and its signature stays what it is: only good ones are remembered."""
    payload: dict[str, Any] = OurAccessToken(raw).payload  # type: ignore[arg-type] # simplejwt says Token and means the text
    return {claim: payload[claim] for claim in _KEPT if claim in payload}


def read_refresh(raw: str | bytes) -> RefreshToken | None:
    """The claims of a refresh token that we signed and that has not expired, else None."""
    return _read(OurRefreshToken, raw)


def _of(session: Session, token: Token) -> Token:
    token[USER_CLAIM] = str(session.user_id)
    token[SESSION_CLAIM] = str(session.id)
    return token


def _read(kind: type[T], raw: str | bytes) -> T | None:
    try:
        return kind(raw)  # type: ignore[arg-type] # simplejwt says Token and means the text
    except TokenError:
        return None
