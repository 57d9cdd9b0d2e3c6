"""Two-factor log-in: /api/auth/two-factor…"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, second_step
from accounts.api.base import Conflict, caller, parsed
from accounts.serializers import (
    CodeSerializer,
    ConfirmSerializer,
    ConfirmWithCodeSerializer,
    RecoveryCodesSchema,
    TwoFactorSchema,
    TwoFactorSecretSchema,
)

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.models import User


class AlreadyOn(Conflict):
    """It is on: first it must be turned off."""

    default_detail = gettext_lazy("Two-factor log-in is on already.")
    default_code = "two_factor_on"


class NotOn(Conflict):
    """There is nothing to turn off."""

    default_detail = gettext_lazy("Two-factor log-in is off.")
    default_code = "two_factor_off"


class TwoFactorView(APIView):
    """Whether my log-in asks for more than the password."""

    error_statuses = (409,)

    @extend_schema(operation_id="two_factor", responses=TwoFactorSchema)
    def get(self, request: Request) -> Response:
        """How it is."""
        user, _session = caller(request)
        return Response(
            {
                "enabled": second_step.is_asked_of(user),
                "is_required": second_step.is_required_of(user),
                "recovery_codes_left": user.recovery_codes.count(),
            }
        )

    @extend_schema(operation_id="two_factor_begin", request=ConfirmSerializer, responses={201: TwoFactorSecretSchema})
    def post(self, request: Request) -> Response:
        """A secret for my authenticator app; nothing changes before a code of it is confirmed."""
        user, _session = caller(request)
        parsed(ConfirmSerializer(data=request.data, context={"user": user, "request": request}))
        try:
            secret = actions.begin_two_factor(user=user)
        except actions.AlreadyOn:
            raise AlreadyOn from None
        uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=_issuer(request))
        return Response({"secret": secret, "uri": uri}, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="two_factor_disable", request=ConfirmWithCodeSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Ask for the password alone again."""
        actions.disable_two_factor(user=_confirmed(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConfirmView(APIView):
    """The first code of my app."""

    error_statuses = (409,)

    @extend_schema(operation_id="two_factor_confirm", request=CodeSerializer, responses={200: RecoveryCodesSchema})
    def post(self, request: Request) -> Response:
        """From here on log-in asks for a code. The answer are ten recovery codes, each good once, shown this once."""
        user, session = caller(request)
        wanted = parsed(CodeSerializer(data=request.data))
        try:
            codes = actions.confirm_two_factor(user=user, session=session, code=wanted["code"].replace(" ", ""))
        except actions.CodeRefused:
            raise _refused() from None
        except actions.AlreadyOn:
            raise AlreadyOn from None
        return Response({"recovery_codes": codes})


class RecoveryCodesView(APIView):
    """What lets me in without my app."""

    error_statuses = (409,)

    @extend_schema(
        operation_id="two_factor_recovery_codes",
        request=ConfirmWithCodeSerializer,
        responses={200: RecoveryCodesSchema},
    )
    def post(self, request: Request) -> Response:
        """Ten new ones; those before them are good for nothing."""
        return Response({"recovery_codes": actions.renew_recovery_codes(user=_confirmed(request))})


def _confirmed(request: Request) -> User:
    user, _session = caller(request)
    if not second_step.is_asked_of(user):
        raise NotOn
    context = {"user": user, "request": request}
    wanted = parsed(ConfirmWithCodeSerializer(data=request.data, context=context))
    if not second_step.check_code(user, wanted["code"]):
        raise _refused()
    return user


def _refused() -> ValidationError:
    return ValidationError({"code": _("This code is wrong, or was used before.")}, code="two_factor_refused")


def _issuer(request: Request) -> str:
    """What the app shows above the code: people have accounts on several servers."""
    host = (settings.BASE_URL.partition("://")[2] or request.get_host()).partition(":")[0]
    return f"Brook ({host})"
