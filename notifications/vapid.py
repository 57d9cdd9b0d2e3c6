"""The key by which push services know this server (RFC 8292)."""

from __future__ import annotations

import functools
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid

from accounts.kept import read_or_make


def key() -> Vapid:
    """The key, made at the first need and kept in BROOK_VAPID_KEY_FILE."""
    return _load(settings.VAPID_KEY_FILE)


def public_key() -> str:
    """What a browser needs to subscribe (`applicationServerKey`): the point, uncompressed, in base64url."""
    point = key().public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


@functools.cache
def _load(path: Path) -> Vapid:
    return Vapid.from_pem(read_or_make(path, _make))


def _make() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
