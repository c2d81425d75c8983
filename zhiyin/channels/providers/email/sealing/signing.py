"""What leaves, signed by the mailbox's key: the mail's content beside its signature (RFC 1847)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from email.base64mime import body_encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from zhiyin.channels.providers.email.sealing.keys import MailboxKeys, UnusableKey
from zhiyin.channels.providers.email.sealing.pgp import sign_pgp


@dataclass(frozen=True, slots=True)
class Sealed:
    """The Content-Type of the whole, and its body."""

    content_type: str
    body: bytes


def signer_of(kind: str, keys: MailboxKeys) -> Callable[[bytes], Sealed] | None:
    """How the mailbox signs: none, smime or pgp."""
    if kind == "smime":
        return lambda entity: _sign_smime(entity, keys)
    return (lambda entity: _sign_pgp(entity, keys)) if kind == "pgp" else None


def _sign_smime(entity: bytes, keys: MailboxKeys) -> Sealed:
    """Raises UnusableKey."""
    key, certificate = next(iter(keys.smime), (None, None))
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableKey("smime")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(entity).add_signer(certificate, key, hashes.SHA256())
    for one in keys.chain:
        builder = builder.add_certificate(one)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    seal = builder.sign(Encoding.DER, options)
    fields = (
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7s\r\n"
    )
    return _beside(
        entity, fields, body_encode(seal, eol="\r\n").encode(), "application/pkcs7-signature", "sha-256"
    )


def _sign_pgp(entity: bytes, keys: MailboxKeys) -> Sealed:
    """Raises UnusableKey."""
    seal = sign_pgp(entity, keys).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    fields = b"Content-Type: application/pgp-signature; name=signature.asc\r\n"
    return _beside(entity, fields, seal, "application/pgp-signature", "pgp-sha512")


def _beside(entity: bytes, fields: bytes, seal: bytes, protocol: str, digest: str) -> Sealed:
    boundary = f"signed-{secrets.token_hex(12)}"
    mark = b"--" + boundary.encode()
    body = b"\r\n".join([mark, entity, mark, fields, seal.rstrip(b"\r\n"), mark + b"--", b""])
    return Sealed(
        f'multipart/signed; protocol="{protocol}"; micalg={digest};\r\n boundary="{boundary}"', body
    )
