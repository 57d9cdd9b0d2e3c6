"""Sign-up, and the tokens of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import auth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, second_step, tokens
from accounts.api.base import OpenView, leave, parsed
from accounts.api.passkeys import check_proof
from accounts.authentication import token_refused
from accounts.devices import device_of
from accounts.models import Session, User
from accounts.serializers import (
    TAKEN,
    LoginSerializer,
    LogoutSerializer,
    ProofSerializer,
    RefreshSerializer,
    RegisterSerializer,
    TokenPairSchema,
    UserSerializer,
    user_json,
)

if TYPE_CHECKING:
    from rest_framework.request import Request

CLOSED = {
    "closed": gettext_lazy("Nobody can sign up here: accounts are made by those who run this server."),
    "invite": gettext_lazy("Signing up here needs an invite."),
}


class RegisterView(OpenView):
    """People to be."""

    throttle_scope = "registrations"
    error_statuses = (403,)

    @extend_schema(operation_id="auth_register", request=RegisterSerializer, responses={201: UserSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Sign up; 403 where the server is closed or asks for an invite."""
        invited = isinstance(request.data, dict) and bool(request.data.get("invite"))
        if settings.SIGNUP == "closed" or (settings.SIGNUP == "invite" and not invited):
            raise PermissionDenied(CLOSED[settings.SIGNUP], code="signup_closed")
        wanted = parsed(RegisterSerializer(data=request.data))
        try:
            user = actions.register(**wanted)
        except actions.UsernameTaken:
            raise ValidationError({"username": [TAKEN]}, code="unique") from None
        except actions.InviteRefused:
            if settings.SIGNUP == "invite":
                raise PermissionDenied(actions.NO_INVITE, code="signup_closed") from None
            raise ValidationError({"invite": [actions.NO_INVITE]}) from None
        return Response(user_json(user), status=status.HTTP_201_CREATED)


class TokenView(OpenView):
    """Log-in of programs."""

    error_statuses = (401, 403, 409, 429)

    @extend_schema(operation_id="auth_token", request=LoginSerializer, responses={200: TokenPairSchema}, auth=[])
    def post(self, request: Request) -> Response:
        """Log in: a new session and its first pair of tokens. 401 does not tell which of the two was wrong.

        403 (`suspended`) to whom staff suspended, with the right password alone: it says until when.

        Where the person has turned on two-factor log-in, the right password alone gets 401 `two_factor_required`: the
        same again with `otp`, or with `passkey` (see `auth/passkey/options`). A wrong code is 401 `two_factor_refused`.
        """
        claimed = parsed(LoginSerializer(data=request.data))
        otp, passkey = claimed.pop("otp", None), claimed.pop("passkey", None)
        user = auth.authenticate(request._request, **claimed)  # as long for a name that nobody has
        if user is None:
            raise _login_refused()
        assert isinstance(user, User)  # noqa: S101 - the model of AUTH_USER_MODEL
        two_factor = second_step.is_asked_of(user)
        if two_factor and passkey:
            check_proof(request, passkey, user)
        elif two_factor:
            _require_code(user, otp)
        return _open_session(request, user, two_factor=two_factor)


class PasskeyLoginView(OpenView):
    """Log-in of programs, without a password."""

    error_statuses = (401, 403, 409, 429)

    @extend_schema(operation_id="auth_passkey", request=ProofSerializer, responses={200: TokenPairSchema}, auth=[])
    def post(self, request: Request) -> Response:
        """Log in with a passkey that was unlocked by PIN, finger or face: no password, and no code besides.

        403 (`suspended`) to whom staff suspended: it says until when.
        """
        user = check_proof(request, parsed(ProofSerializer(data=request.data)))
        return _open_session(request, user, two_factor=True)


def _open_session(request: Request, user: User, *, two_factor: bool) -> Response:
    try:
        session = actions.open_session(
            user=user,
            two_factor=two_factor,
            kind=Session.Kind.API,
            device=device_of(request._request),
            lifetime=tokens.refresh_lifetime(),
        )
    except actions.Suspended as refused:
        raise PermissionDenied(str(refused), code="suspended") from None
    except actions.LoginRefused:
        raise _login_refused() from None
    return Response(tokens.pair_for(session))


def _require_code(user: User, otp: str | None) -> None:
    if not otp:
        raise AuthenticationFailed(_("A code of your authenticator app is needed, too."), code="two_factor_required")
    if not second_step.check_code(user, otp):
        raise AuthenticationFailed(_("This code is wrong, or was used before."), code="two_factor_refused")


def _login_refused() -> AuthenticationFailed:
    return AuthenticationFailed(_("User name or password is wrong."))


class RefreshView(OpenView):
    """The next pair of tokens."""

    error_statuses = (401,)

    @extend_schema(
        operation_id="auth_token_refresh", request=RefreshSerializer, responses={200: TokenPairSchema}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair.

        The token given is used up. For 10 s it still gives the same successor; used after that, it ends the session.
        """
        token = tokens.read_refresh(parsed(RefreshSerializer(data=request.data))["refresh"])
        if token is None:
            raise token_refused(None)
        try:
            session = actions.rotate(token=token)
        except actions.RefreshRefused:
            raise token_refused(token.payload) from None
        return Response(tokens.pair_for(session))


class LogoutView(APIView):
    """Log-out."""

    permission_classes = [AllowAny]
    throttle_address = True

    def perform_authentication(self, request: Request) -> None:
        """Left to `post`: a refresh token is proof enough, beside an access token that has expired."""

    @extend_schema(operation_id="auth_logout", request=LogoutSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session of a refresh token, or without one the caller's own; its streams end as well."""
        raw = parsed(LogoutSerializer(data=request.data)).get("refresh")
        if raw is not None:
            token = tokens.read_refresh(raw)
            if token is None:
                raise token_refused(None)
            session = Session.objects.filter(pk=token[tokens.SESSION_CLAIM]).first()
            if session is not None:
                actions.end_session(session=session, reason=Session.EndReason.LOGOUT)
        else:
            leave(request)
        return Response(status=status.HTTP_204_NO_CONTENT)
