"""What a person holds in their hand: an authenticator app and a passkey, computed here as the devices do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

USER_PRESENT_AND_VERIFIED = 0x05
WITH_KEY = 0x40


def totp_code(secret: str, *, steps_ahead: int = 0) -> str:
    """RFC 6238: six digits of HMAC-SHA1 over the number of 30-second steps."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps_ahead)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


class Passkey:
    """A platform authenticator with one resident key (WebAuthn level 2, ES256, no attestation)."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.id = os.urandom(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.uses = 0
        self.user_handle = b""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        public = options["publicKey"]
        self.user_handle = _bytes(public["user"]["id"])
        client_data = self._client_data("webauthn.create", public["challenge"])
        cose = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))  # type: ignore[no-untyped-call]
        with_key = b"\x00" * 16 + struct.pack(">H", len(self.id)) + self.id + cose
        data = self._authenticator_data(public["rp"]["id"], USER_PRESENT_AND_VERIFIED | WITH_KEY) + with_key
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            clientDataJSON=_text(client_data), attestationObject=_text(attestation), transports=["internal"]
        )

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        public = options["publicKey"]
        client_data = self._client_data("webauthn.get", public["challenge"])
        data = self._authenticator_data(public["rpId"], USER_PRESENT_AND_VERIFIED)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=_text(client_data),
            authenticatorData=_text(data),
            signature=_text(signature),
            userHandle=_text(self.user_handle),
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, relying_party: str, flags: int) -> bytes:
        self.uses += 1
        return hashlib.sha256(relying_party.encode()).digest() + struct.pack(">BI", flags, self.uses)

    def _credential(self, **response: Any) -> dict[str, Any]:
        return {
            "type": "public-key",
            "id": _text(self.id),
            "rawId": _text(self.id),
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": response,
        }


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
