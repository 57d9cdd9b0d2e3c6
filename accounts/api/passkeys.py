"""Passkeys: /api/users/me/passkeys… and /api/auth/passkey…"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, ceremonies, passkey_login, second_step
from accounts.api.base import Conflict, OpenView, caller, parsed
from accounts.devices import device_of, name_of
from accounts.ids import parse_id
from accounts.models import MAX_PASSKEYS, User
from accounts.relying_party import PasskeysOff, party_of
from accounts.serializers import (
    CeremonySchema,
    ConfirmPasskeySerializer,
    NewPasskeySerializer,
    PasskeyListSchema,
    PasskeyLoginSerializer,
    PasskeySerializer,
    RenamePasskeySerializer,
)

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.relying_party import RelyingParty

PASSKEY = [OpenApiParameter("passkey_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)]
EXPIRED = gettext_lazy("This took too long, or was used before: try again.")
REFUSED = gettext_lazy("This passkey is not known here, or proves nothing.")


class Unavailable(Conflict):
    """No browser makes or shows a passkey here."""

    default_code = "passkeys_unavailable"


class TooMany(Conflict):
    """Another one must go first."""

    default_detail = gettext_lazy("You have as many passkeys as can be kept. Remove one first.")
    default_code = "too_many_passkeys"


class Known(Conflict):
    """It is registered."""

    default_detail = gettext_lazy("This passkey is registered already.")
    default_code = "passkey_known"


class PasskeysView(APIView):
    """My passkeys."""

    error_statuses = (409,)

    @extend_schema(operation_id="passkeys", responses=PasskeyListSchema)
    def get(self, request: Request) -> Response:
        """All of them, the oldest first, and whether more can be added here."""
        user, _session = caller(request)
        try:
            party_of(request._request)
            problem = None
        except PasskeysOff as off:
            problem = str(off)
        found = [PasskeySerializer(each).data for each in user.passkeys.order_by("id")]
        return Response({"results": found, "next": None, "unavailable": problem})

    @extend_schema(operation_id="passkey_add", request=NewPasskeySerializer, responses={201: PasskeySerializer})
    def post(self, request: Request) -> Response:
        """Keep the passkey that a browser has made by the options of a moment ago."""
        user, session = caller(request)
        wanted = parsed(NewPasskeySerializer(data=request.data))
        name, device = wanted.pop("name", ""), name_of(device_of(request._request).user_agent)
        try:
            passkey = actions.add_passkey(
                user=user, session=session, party=_party(request), name=name, device_name=device, **wanted
            )
        except actions.PasskeyExpired:
            raise ValidationError({"token": EXPIRED}, code="passkey_expired") from None
        except actions.PasskeyRefused:
            raise ValidationError({"credential": REFUSED}, code="passkey_refused") from None
        except actions.TooManyPasskeys:
            raise TooMany from None
        except actions.PasskeyKnown:
            raise Known from None
        return Response(PasskeySerializer(passkey).data, status=status.HTTP_201_CREATED)


class PasskeyOptionsView(APIView):
    """What makes a passkey."""

    error_statuses = (409,)

    @extend_schema(operation_id="passkey_options", request=ConfirmPasskeySerializer, responses={200: CeremonySchema})
    def post(self, request: Request) -> Response:
        """For `navigator.credentials.create`, after the password, and a code where log-in asks for one."""
        user, session = caller(request)
        party = _party(request)
        _confirm(request, user)
        if user.passkeys.count() >= MAX_PASSKEYS:
            raise TooMany
        return Response(ceremonies.ask_for_new(party, user, ceremonies.holder_of_session(session)).as_json())


class PasskeyView(APIView):
    """One of mine."""

    @extend_schema(
        operation_id="passkey_rename",
        parameters=PASSKEY,
        request=RenamePasskeySerializer,
        responses={200: PasskeySerializer},
    )
    def patch(self, request: Request, passkey_id: str) -> Response:
        """Give it another name."""
        user, _session = caller(request)
        wanted = parsed(RenamePasskeySerializer(data=request.data))
        passkey = actions.rename_passkey(user=user, passkey_id=parse_id(passkey_id), name=wanted["name"])
        if passkey is None:
            raise NotFound
        return Response(PasskeySerializer(passkey).data)

    @extend_schema(
        operation_id="passkey_remove", parameters=PASSKEY, request=ConfirmPasskeySerializer, responses={204: None}
    )
    def delete(self, request: Request, passkey_id: str) -> Response:
        """It logs nobody in any more. Asks for the password, and a code where log-in asks for one."""
        user, _session = caller(request)
        wanted = parse_id(passkey_id)
        if not user.passkeys.filter(pk=wanted).exists():
            raise NotFound
        _confirm(request, user)
        if not actions.remove_passkey(user=user, passkey_id=wanted):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class LoginOptionsView(OpenView):
    """What a passkey is shown with."""

    throttle_scope = "writes"
    error_statuses = (409,)

    @extend_schema(
        operation_id="auth_passkey_options", request=PasskeyLoginSerializer, responses={200: CeremonySchema}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """For `navigator.credentials.get`. It names nobody: the device knows whose passkeys it has."""
        wanted = parsed(PasskeyLoginSerializer(data=request.data))
        begun = second_step.begun(request._request) if wanted["second_step"] else None
        try:
            ceremony = passkey_login.begin(request._request, begun[0] if begun else None)
        except PasskeysOff as off:
            raise Unavailable(str(off)) from None
        return Response(ceremony.as_json())


def check_proof(request: Request, proof: dict[str, Any], user: User | None = None) -> User:
    """Whose passkey it is, and that person's alone where one is given.

    Raises:
        AuthenticationFailed: it proves nothing (401).
        Unavailable: no passkey works at this address (409).
    """
    try:
        return passkey_login.check(request._request, proof, user=user)
    except actions.PasskeyExpired:
        raise AuthenticationFailed(EXPIRED, code="passkey_expired") from None
    except actions.PasskeyRefused:
        raise AuthenticationFailed(REFUSED, code="passkey_refused") from None
    except PasskeysOff as off:
        raise Unavailable(str(off)) from None


def _party(request: Request) -> RelyingParty:
    try:
        return party_of(request._request)
    except PasskeysOff as off:
        raise Unavailable(str(off)) from None


def _confirm(request: Request, user: User) -> None:
    """See to it that it is the person who asks, not whoever found their screen."""
    wanted = parsed(ConfirmPasskeySerializer(data=request.data, context={"user": user, "request": request}))
    if not second_step.is_asked_of(user):
        return
    if not wanted.get("code"):
        raise ValidationError({"code": _("A code of your authenticator app is needed, too.")}, code="required")
    if not second_step.check_code(user, wanted["code"]):
        raise ValidationError({"code": _("This code is wrong, or was used before.")}, code="two_factor_refused")
