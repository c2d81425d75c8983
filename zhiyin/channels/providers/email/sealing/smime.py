"""S/MIME: signatures and ciphers of mail in CMS (RFC 5652, RFC 8551), over `cryptography`.

Written here because `cryptography` signs and encrypts but neither verifies nor reads what other programs write in BER.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding

from zhiyin.channels.providers.email.sealing.agreeing import agreed_key
from zhiyin.channels.providers.email.sealing.ber import SET, BrokenBer, Node, read_ber
from zhiyin.channels.providers.email.sealing.keys import MailboxKeys
from zhiyin.channels.providers.email.sealing.trusting import (
    addresses_of,
    issuer_name,
    name_of,
    stands_for,
    was_valid,
)

SIGNED, ENVELOPED, AUTH_ENVELOPED = (
    "1.2.840.113549.1.7.2",
    "1.2.840.113549.1.7.3",
    "1.2.840.113549.1.9.16.1.23",
)
_DIGEST, _SIGNED_AT = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
_PSS, _OAEP = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.7"
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.3.14.3.2.26": hashes.SHA1,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_CBC = {f"2.16.840.1.101.3.4.1.{number}" for number in (2, 22, 42)}
_GCM = {f"2.16.840.1.101.3.4.1.{number}" for number in (6, 26, 46)}
_TAG_0, _TAG_1 = 0xA0, 0xA1
BROKEN = (BrokenBer, ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature is worth: valid, invalid or unknown, why, and whose it is."""

    state: str
    reason: str = ""
    by: str = ""
    address: str = ""
    issuer: str = ""
    fingerprint: str = ""
    certificate: bytes = b""  # to be remembered for the sender


class NoKey(Exception):
    """None of the mailbox's keys opens it."""


def content_of(data: bytes) -> tuple[str, bytes]:
    """(OID, content where it holds one) of a CMS message. Raises BrokenBer."""
    root = read_ber(data)
    kind = root.child(0).oid()
    if kind != SIGNED:
        return kind, b""
    inside = root.child(1).child(0).child(2)
    return kind, inside.child(1).octets() if len(inside.children) > 1 else b""


def check_signature(data: bytes, content: bytes, *, sender: str, keys: MailboxKeys) -> Signature:
    """Whether `content` is what was signed, and by whom. Never raises."""
    try:
        return _check(read_ber(data).child(1).child(0), content, sender=sender, keys=keys)
    except BROKEN:
        return Signature("unknown", "unsupported")


def decrypt(data: bytes, keys: MailboxKeys) -> bytes:
    """The MIME entity inside. Raises NoKey, and BROKEN where it is damaged."""
    root = read_ber(data)
    kind, body = root.child(0).oid(), root.child(1).child(0)
    recipients = next(one for one in body if one.tag == SET)
    at = body.children.index(recipients)
    encrypted = body.child(at + 1)
    key = _content_key(recipients, keys)
    algorithm, ciphertext = (
        encrypted.child(1),
        next(one for one in encrypted if one.tag in (0x80, _TAG_0)).octets(),
    )
    name = algorithm.child(0).oid()
    if kind == AUTH_ENVELOPED and name in _GCM:
        tag = next(one for one in body.children[at + 2 :] if one.tag == 0x04).content
        return AESGCM(key).decrypt(algorithm.child(1).child(0).content, ciphertext + tag, None)
    if name not in _CBC:
        raise UnsupportedAlgorithm(name)
    opener = Cipher(algorithms.AES(key), modes.CBC(algorithm.child(1).content)).decryptor()
    padded = opener.update(ciphertext) + opener.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _check(signed: Node, content: bytes, *, sender: str, keys: MailboxKeys) -> Signature:
    certificates = _certificates(signed)
    signer = signed.child(len(signed.children) - 1).child(0)
    certificate = next((one for one in certificates if _is_of(signer.child(1), one)), None)
    if certificate is None:
        return Signature("unknown", "unknown_key")
    seen = Signature(
        "unknown",
        by=name_of(certificate),
        address=next(iter(addresses_of(certificate)), ""),
        issuer=issuer_name(certificate),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
    )
    digest = _HASHES.get(signer.child(2).child(0).oid())
    if digest is None:
        return replace(seen, reason="unsupported")
    signed_at = _verify(signer, certificate, digest(), content)
    if signed_at is None:
        return replace(seen, state="invalid", reason="changed")
    if sender.lower() not in addresses_of(certificate):
        return replace(seen, reason="other_address")
    learned = replace(seen, certificate=certificate.public_bytes(Encoding.PEM))
    if isinstance(digest(), hashes.SHA1):
        return replace(learned, reason="weak")
    if not was_valid(certificate, signed_at):
        return replace(learned, reason="expired")
    if not stands_for(certificate, certificates, roots=keys.authorities, at=signed_at):
        return replace(learned, reason="unknown_issuer")
    return replace(learned, state="valid")


def _verify(
    signer: Node, certificate: x509.Certificate, digest: hashes.HashAlgorithm, content: bytes
) -> datetime | None:
    """When it was signed (where it says nothing, when the certificate began); None where it does not hold."""
    hasher = hashes.Hash(digest)
    hasher.update(content)
    found = hasher.finalize()
    told = certificate.not_valid_before_utc
    attributes = signer.tagged(_TAG_0)
    at = 4 if attributes else 3
    subject = content
    if attributes is not None:
        values = {one.child(0).oid(): one.child(1).child(0) for one in attributes}
        if _DIGEST not in values or not hmac.compare_digest(values[_DIGEST].content, found):
            return None
        subject = b"\x31" + attributes.raw[1:]  # signed as the SET that it is
        told = _moment(values[_SIGNED_AT]) if _SIGNED_AT in values else told
    try:
        _verify_with(certificate, signer.child(at), signer.child(at + 1).octets(), subject, digest)
    except InvalidSignature:
        return None
    return told


def _verify_with(
    certificate: x509.Certificate,
    algorithm: Node,
    signature: bytes,
    subject: bytes,
    digest: hashes.HashAlgorithm,
) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        is_pss = algorithm.child(0).oid() == _PSS
        pss = rsa_padding.PSS(rsa_padding.MGF1(digest), rsa_padding.PSS.AUTO)
        key.verify(signature, subject, pss if is_pss else rsa_padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, subject, ec.ECDSA(digest))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, subject)
    else:
        raise UnsupportedAlgorithm("key")


def _certificates(signed: Node) -> list[x509.Certificate]:
    held = signed.tagged(_TAG_0)
    found = []
    for one in held.children[:20] if held else ():
        try:
            found.append(x509.load_der_x509_certificate(one.raw))
        except ValueError:
            continue
    return found


def _is_of(named: Node, certificate: x509.Certificate) -> bool:
    """Whether a signer or recipient is named by this certificate: by issuer and number, or by the key's id."""
    if named.tag == 0x80:
        try:
            held = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except (x509.ExtensionNotFound, ValueError):
            return False
        return held.value.digest == named.content
    same_issuer = named.child(0).raw == certificate.issuer.public_bytes()
    return same_issuer and named.child(1).number() == certificate.serial_number


def _content_key(recipients: Node, keys: MailboxKeys) -> bytes:
    for recipient in recipients.children[:200]:
        for key, certificate in keys.smime:
            found = _key_from(recipient, key, certificate)
            if found is not None:
                return found
    raise NoKey


def _key_from(recipient: Node, key: PrivateKeyTypes, certificate: x509.Certificate) -> bytes | None:
    """The mail's key, where this recipient is ours: sent by RSA, or agreed upon on a curve."""
    if recipient.tag == _TAG_1 and isinstance(key, ec.EllipticCurvePrivateKey):
        return agreed_key(recipient, key, certificate)
    if recipient.tag != 0x30 or not isinstance(key, rsa.RSAPrivateKey):
        return None
    if not _is_of(recipient.child(1), certificate):
        return None
    return key.decrypt(recipient.child(3).octets(), _key_padding(recipient.child(2)))


def _key_padding(algorithm: Node) -> rsa_padding.AsymmetricPadding:
    if algorithm.child(0).oid() != _OAEP:
        return rsa_padding.PKCS1v15()
    told = algorithm.children[1].tagged(_TAG_0) if len(algorithm.children) > 1 else None
    digest = _HASHES[told.child(0).child(0).oid()]() if told else hashes.SHA1()  # noqa: S303  (the standard's default)
    mask = algorithm.children[1].tagged(_TAG_1) if len(algorithm.children) > 1 else None
    masked = _HASHES[mask.child(0).child(1).child(0).oid()]() if mask else digest
    return rsa_padding.OAEP(rsa_padding.MGF1(masked), digest, None)


def _moment(node: Node) -> datetime:
    text = node.content.decode("ascii")
    year = "" if node.tag == 0x18 else ("19" if text[:2] >= "50" else "20")
    return datetime.strptime(f"{year}{text}", "%Y%m%d%H%M%S%z")
