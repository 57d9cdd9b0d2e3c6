"""The JSON of a session and its tokens, and what requests about them may say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.devices import name_of
from accounts.models import Session
from accounts.places import place_of
from accounts.serializers.fields import Password, Text, Username
from accounts.serializers.passkeys import ProofSerializer


class SessionSerializer(serializers.Serializer[Session]):
    """A device that is logged in; the context has the caller's own `session`."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Session.Kind.choices)
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    device = serializers.CharField(help_text="What the user agent means to people: Firefox on Windows.")
    user_agent = serializers.CharField(allow_blank=True)
    address = serializers.IPAddressField(allow_null=True)
    place = serializers.CharField(allow_null=True, help_text="City and country of the address, where the server knows.")
    two_factor = serializers.BooleanField(help_text="A code or a passkey was shown, not the password alone.")
    current = serializers.BooleanField()

    def to_representation(self, instance: Session) -> dict[str, Any]:
        """The fields as they are, and whether it is the one that asks."""
        return {
            "id": str(instance.pk),
            "kind": instance.kind,
            "created_at": instance.created_at,
            "last_seen_at": instance.last_seen_at,
            "expires_at": instance.expires_at,
            "device": name_of(instance.user_agent),
            "user_agent": instance.user_agent,
            "address": instance.address,
            "place": place_of(instance.address),
            "two_factor": instance.two_factor,
            "current": instance == self.context["session"],
        }


class TokenPairSchema(serializers.Serializer[Any]):
    """The two tokens of a session."""

    access = serializers.CharField(help_text="For the header `Authorization: Bearer`.")
    refresh = serializers.CharField(help_text="Gives the next pair, once.")


class TicketSchema(serializers.Serializer[Any]):
    """A ticket, and how many seconds it is good for."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


class SessionListSchema(serializers.Serializer[Any]):
    """A page of one's devices."""

    results = SessionSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class LoginSerializer(serializers.Serializer[Any]):
    """Who one claims to be."""

    username = Username(max_length=256)
    password = Password()
    otp = Text(
        max_length=64,
        required=False,
        help_text="A code of the authenticator app, or a recovery code, where the answer was `two_factor_required`.",
    )
    passkey = ProofSerializer(required=False, help_text="In place of `otp`.")


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = Text(max_length=4096)


class LogoutSerializer(serializers.Serializer[Any]):
    """Whose session ends: the token's, or without one the caller's own."""

    refresh = Text(max_length=4096, required=False)
