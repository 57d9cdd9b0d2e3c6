"""A security key in software: what a browser and its device would answer (WebAuthn, level 3; ES256, no attestation)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

ORIGIN = "https://chat.example.org"
DOMAIN = "chat.example.org"
PRESENT, VERIFIED, CAN_BE_BACKED_UP, BACKED_UP, WITH_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
AAGUID = bytes.fromhex("d548826e79b4db40a3d811116f7e8349")  # Bitwarden


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "===")


@dataclass
class Authenticator:
    """Holds keys by the id of their credential; its fields may be changed to have it do something wrong."""

    origin: str = ORIGIN
    domain: str = DOMAIN
    flags: int = PRESENT | VERIFIED | CAN_BE_BACKED_UP | BACKED_UP
    count: int = 0  # None of the keepers of synced passkeys counts: 0 stays
    step: int = 0
    keys: dict[str, tuple[ec.EllipticCurvePrivateKey, str]] = field(default_factory=dict)  # with the person's handle

    def create(self, options: dict[str, Any], credential_id: bytes | None = None) -> dict[str, Any]:
        """What navigator.credentials.create gives, as JSON."""
        key = ec.generate_private_key(ec.SECP256R1())
        raw_id = credential_id or secrets.token_bytes(32)
        self.keys[encode(raw_id)] = key, options["user"]["id"]
        numbers = key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        cose = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(WITH_KEY) + AAGUID + len(raw_id).to_bytes(2, "big") + raw_id + cose
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            **self._about(encode(raw_id)),
            "response": {
                "clientDataJSON": encode(self._client_data("webauthn.create", options)),
                "attestationObject": encode(attestation),
                "transports": ["internal", "hybrid"],
            },
        }

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.get gives: of the keys that will do, the last."""
        allowed = [each["id"] for each in options.get("allowCredentials", [])] or list(self.keys)
        credential_id = next(each for each in reversed(self.keys) if each in allowed)
        key, handle = self.keys[credential_id]
        self.count += self.step
        data, client_data = self._data(), self._client_data("webauthn.get", options)
        signature = key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            **self._about(credential_id),
            "response": {
                "clientDataJSON": encode(client_data),
                "authenticatorData": encode(data),
                "signature": encode(signature),
                "userHandle": handle,
            },
        }

    def _data(self, more: int = 0) -> bytes:
        digest = hashlib.sha256(self.domain.encode()).digest()
        return digest + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    @staticmethod
    def _about(credential_id: str) -> dict[str, Any]:
        return {"id": credential_id, "rawId": credential_id, "type": "public-key", "clientExtensionResults": {}}
