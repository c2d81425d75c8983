"""Encrypting a push for one browser: RFC 8291 (keys) and RFC 8188 (aes128gcm), on `cryptography`."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD_SIZE = 4096
AUTH_BYTES, SALT_BYTES = 16, 16


def encrypt(
    content: bytes,
    *,
    public_key: str,
    secret: str,
    salt: bytes | None = None,
    own_key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return one aes128gcm record that only the browser can read; salt and key are fresh unless a test names them.

    Raises ValueError for a key that is none.
    """
    own, salt = own_key or ec.generate_private_key(CURVE), salt or os.urandom(SALT_BYTES)
    theirs = read_public_key(public_key)
    own_point, their_point = point(own.public_key()), point(theirs)
    shared = own.exchange(ec.ECDH(), theirs)
    info = b"WebPush: info\0" + their_point + own_point
    key_material = _derive(shared, salt=from_base64url(secret), info=info, length=32)
    key = _derive(key_material, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(key_material, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(own_point)]) + own_point
    return header + AESGCM(key).encrypt(nonce, content + b"\x02", None)  # 2: the last record


def read_public_key(text: str) -> ec.EllipticCurvePublicKey:
    """A browser's key from base64url. Raises ValueError."""
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64url(text))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )


def _derive(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)
