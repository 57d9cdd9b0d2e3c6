"""Requests that need one's own password, and new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from accounts.backends import guarded
from accounts.serializers.fields import Password, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User


def check_own_password(context: Mapping[str, Any], password: str) -> str:
    """The right one, guessed no oftener than at a log-in; the context has the `user` and the `request`.

    Raises:
        serializers.ValidationError: it is not.
        TooOften: too many wrong ones.
    """
    user, request = context["user"], context["request"]._request
    if not guarded(request, user.username, lambda: user.check_password(password)):
        raise serializers.ValidationError(_("This is not your password."), code="password_incorrect")
    return password


class ConfirmSerializer(serializers.Serializer[Any]):
    """Oneself, once more; the context has the `user` and the `request`."""

    password = Password()

    def validate_password(self, password: str) -> str:
        """One's own."""
        return check_own_password(self.context, password)


class DeleteAccountSerializer(ConfirmSerializer):
    """That somebody wants to be gone from here."""

    messages = serializers.ChoiceField(
        ["keep", "remove"],
        default="keep",
        help_text="What becomes of what one said: it stays, without a name; or it is deleted for everybody.",
    )


class PasswordSerializer(serializers.Serializer[Any]):
    """The password as it is and as it shall be; the context has the `user` and the `request`."""

    old_password = Password()
    new_password = Password()

    def validate_old_password(self, password: str) -> str:
        """The right one."""
        return check_own_password(self.context, password)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The new one is good enough."""
        check_new_password("new_password", attrs["new_password"], self.context["user"])
        return attrs


class EmailSerializer(ConfirmSerializer):
    """Where mail for oneself goes."""

    email = serializers.EmailField(max_length=254, allow_blank=True, help_text="Empty: nowhere.")


class ForgottenSerializer(serializers.Serializer[Any]):
    """Who cannot get in."""

    name = Text(max_length=256, help_text="User name or e-mail address.")


class ResetSerializer(serializers.Serializer[Any]):
    """What the link of a mail carries, and a new password."""

    user_id = Text(max_length=64)
    token = Text(max_length=200)
    new_password = Password()


class EmailSchema(serializers.Serializer[Any]):
    """The address that counts, and the one that does once it is shown to be one's own."""

    email = serializers.CharField(allow_blank=True)
    unverified_email = serializers.CharField(allow_blank=True)


def check_new_password(field: str, password: str, user: User) -> None:
    """Ask the validators of AUTH_PASSWORD_VALIDATORS.

    Raises:
        serializers.ValidationError: on that field, with all that they object to.
    """
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        raise serializers.ValidationError({field: get_error_detail(error)}) from None
