"""A password that was forgotten: /api/auth/password/…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts import actions
from accounts.api.base import OpenView, parsed, require_mail
from accounts.serializers import ForgottenSerializer, ResetSerializer, check_new_password

if TYPE_CHECKING:
    from rest_framework.request import Request


class ForgottenView(OpenView):
    """Who cannot get in."""

    throttle_scope = "forgotten"
    error_statuses = (409,)

    @extend_schema(operation_id="auth_password_forgotten", request=ForgottenSerializer, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """Have a link mailed to the address of that account. The answer does not tell whether there is one."""
        require_mail()
        actions.forget_password(**parsed(ForgottenSerializer(data=request.data)))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ResetView(OpenView):
    """The link that came by mail."""

    throttle_scope = "forgotten"

    @extend_schema(operation_id="auth_password_reset", request=ResetSerializer, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """Set a new password; every device is logged out, and the link is used up."""
        wanted = parsed(ResetSerializer(data=request.data))
        link = {"user_id": wanted["user_id"], "token": wanted["token"]}
        try:
            user = actions.find_by_reset(**link)
            check_new_password("new_password", wanted["new_password"], user)
            actions.reset_password(**link, password=wanted["new_password"])
        except actions.LinkRefused:
            raise ValidationError(
                {"token": _("This link is not valid, or no longer.")}, code="token_not_valid"
            ) from None
        return Response(status=status.HTTP_204_NO_CONTENT)
