"""The key by which push services know this server (RFC 8292)."""

from __future__ import annotations

import functools
import os
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid


def key() -> Vapid:
    """The key, made at the first need and kept in BROOK_VAPID_KEY_FILE."""
    return _load(settings.VAPID_KEY_FILE)


def public_key() -> str:
    """What a browser needs to subscribe (`applicationServerKey`): the point, uncompressed, in base64url."""
    point = key().public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


@functools.cache
def _load(path: Path) -> Vapid:
    if not path.exists():
        _make(path)
    return Vapid.from_pem(path.read_bytes())


def _make(path: Path) -> None:
    # Several processes may start at once: each writes a file of its own, the first link wins, all read that one.
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    mine.touch(mode=0o600)
    mine.write_bytes(pem)
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        mine.unlink()
