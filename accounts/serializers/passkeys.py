"""The one JSON shape of a passkey, and what requests about them may say."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import MAX_PASSKEYS, NAME_CHARACTERS, Passkey
from accounts.serializers.fields import Line, Switch, Text
from accounts.serializers.passwords import ConfirmSerializer

TOKEN_CHARACTERS = 2000


class PasskeySerializer(serializers.Serializer[Passkey]):
    """A passkey as its person gets it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    aaguid = serializers.CharField(help_text="Which kind of device or password manager has it.")
    transports = serializers.ListField(child=serializers.CharField(), help_text="`internal`, `usb`, `hybrid` …")
    backed_up = serializers.BooleanField(help_text="Its keeper has a copy for the person's other devices.")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    cloned_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was refused last because it counted backwards: there may be a copy of it."
    )


class PasskeyListSchema(serializers.Serializer[Any]):
    """All of one's passkeys."""

    results = PasskeySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text=f"Always null: there are {MAX_PASSKEYS} at most.")
    unavailable = serializers.CharField(
        allow_null=True, help_text="Why none can be added or used at this address; null where they can."
    )


class ConfirmPasskeySerializer(ConfirmSerializer):
    """Oneself, once more, with all that a log-in with the password asks for."""

    code = Text(
        max_length=64,
        required=False,
        help_text="Of the authenticator app, or a recovery code, where two-factor log-in is on.",
    )


class CeremonySchema(serializers.Serializer[Any]):
    """What a browser is asked for."""

    token = serializers.CharField(help_text="To be sent back with the browser's answer.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    options = serializers.DictField(
        help_text="For `PublicKeyCredential.parseCreationOptionsFromJSON` or `…parseRequestOptionsFromJSON`."
    )


class ProofSerializer(serializers.Serializer[Any]):
    """What a browser answers."""

    token = Text(max_length=TOKEN_CHARACTERS)
    credential = serializers.DictField(help_text="The `toJSON()` of the browser's PublicKeyCredential.")


class NewPasskeySerializer(ProofSerializer):
    """A passkey that a browser has made."""

    name = Line(max_length=NAME_CHARACTERS, required=False, help_text="Without one it is named by where it is kept.")


class RenamePasskeySerializer(serializers.Serializer[Any]):
    """Another name."""

    name = Line(max_length=NAME_CHARACTERS)


class PasskeyLoginSerializer(serializers.Serializer[Any]):
    """For which step of a log-in."""

    second_step = Switch(
        default=False,
        help_text="In a browser that has shown the right password and is asked for a code: one of that person's.",
    )
