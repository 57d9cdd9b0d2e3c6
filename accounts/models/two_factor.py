"""The second thing that somebody proves at log-in: a code of their authenticator app (RFC 6238), or a recovery code."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import ClassVar, Self

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from pyotp.utils import strings_equal

from accounts.models.users import User

PERIOD_S = 30  # of one code
NEIGHBOURS = (0, -1, 1)  # periods by which clocks may differ
RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
GROUPS, GROUP = 4, 4  # 31^16 are 79 bits: nobody tries them all, hashed quickly or slowly


class TwoFactorQuerySet(models.QuerySet["TwoFactor"]):
    """Who has turned it on."""

    def active(self) -> Self:
        """Those whose app has shown that it works."""
        return self.exclude(confirmed_at=None)


class TwoFactor(models.Model):
    """A person's authenticator app. Its secret is encrypted with the server's key: the table alone opens nothing."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="two_factor")
    sealed_secret = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    last_period = models.BigIntegerField(default=0)  # of the last code: neither that nor an older one counts again

    objects = TwoFactorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"of {self.user_id}"

    def new_secret(self) -> str:
        """Give it another secret, which is returned."""
        secret = pyotp.random_base32()
        self.sealed_secret = _fernet().encrypt(secret.encode()).decode()
        return secret

    def period_of(self, code: str) -> int | None:
        """Of which moment a code is, if it is one that was not used yet; None for all others."""
        try:
            totp = pyotp.TOTP(_fernet().decrypt(self.sealed_secret).decode(), interval=PERIOD_S)
        except InvalidToken:  # sealed with another key of the server: what is left are the recovery codes
            return None
        now = int(timezone.now().timestamp()) // PERIOD_S
        periods = (now + away for away in NEIGHBOURS)
        good = (each for each in periods if each > self.last_period and strings_equal(code, totp.generate_otp(each)))
        return next(good, None)


class RecoveryCode(models.Model):
    """Lets its person in once, without their app. Only a hash is kept."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    key = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "key"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"of {self.user_id}"

    @staticmethod
    def key_of(code: str) -> str:
        """What is kept of a code, however it was typed."""
        plain = "".join(character for character in code.lower() if character.isalnum())
        return hashlib.sha256(plain.encode()).hexdigest()


def new_recovery_code() -> str:
    """One that nobody has."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _fernet() -> Fernet:
    key = salted_hmac("accounts.TwoFactor", b"", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
