"""What is said of two-factor log-in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import Text
from accounts.serializers.passwords import ConfirmSerializer


class CodeSerializer(serializers.Serializer[Any]):
    """A code that the app shows."""

    code = Text(max_length=64)


class ConfirmWithCodeSerializer(ConfirmSerializer):
    """Oneself, with all that a log-in asks for."""

    code = Text(max_length=64, help_text="Of the authenticator app, or a recovery code.")


class TwoFactorSchema(serializers.Serializer[Any]):
    """Whether a log-in asks for more than the password."""

    enabled = serializers.BooleanField()
    is_required = serializers.BooleanField(help_text="The administration lets one in only with it.")
    recovery_codes_left = serializers.IntegerField()


class TwoFactorSecretSchema(serializers.Serializer[Any]):
    """What an authenticator app needs."""

    secret = serializers.CharField(help_text="To be typed, in base32.")
    uri = serializers.CharField(help_text="otpauth://…, to be shown as a QR code.")


class RecoveryCodesSchema(serializers.Serializer[Any]):
    """Codes that each let one in once, told this once."""

    recovery_codes = serializers.ListField(child=serializers.CharField())
