"""Passkeys: keys on somebody's phone, computer or security key that log them in (WebAuthn, W3C, level 3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.users import User, new_id

MAX_PASSKEYS = 20  # of a person
ID_BYTES = 1023  # of a credential, at most (WebAuthn, 5.8.3)
ID_CHARACTERS = 1364  # the same in base64url
NAME_CHARACTERS = 64


class Passkey(models.Model):
    """One of a person's passkeys: the public half. The other one never leaves their device, or its maker's cloud."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=ID_CHARACTERS)  # in base64url, as browsers say it
    public_key = models.BinaryField()  # COSE (RFC 9052)
    sign_count = models.PositiveBigIntegerField(default=0)  # 0 for ever where the device does not count
    transports = models.JSONField(default=list)  # how browsers reach it: "internal", "usb" ...
    aaguid = models.CharField(max_length=36)  # which kind of device, or keeper of passwords
    name = models.CharField(max_length=NAME_CHARACTERS)
    backed_up = models.BooleanField(default=False)  # its maker keeps a copy for the person's other devices
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    cloned_at = models.DateTimeField(null=True)  # when its count went backwards last: somebody may have a copy

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["credential_id"], name="passkey_credential_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"


class SpentChallenge(models.Model):
    """A challenge that was answered, rightly or wrongly: none counts twice.

    Of those that were given out nothing is kept (`accounts.ceremonies`), so visitors write no rows.
    """

    key = models.CharField(max_length=64, primary_key=True, editable=False)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires_at:%H:%M:%S}"
