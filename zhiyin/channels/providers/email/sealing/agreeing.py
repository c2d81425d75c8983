"""Keys on elliptic curves: the sender's passing key and ours agree on one that opens the mail's (RFC 5753)."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from zhiyin.channels.providers.email.sealing.ber import BrokenBer, Node

# ECDH with the standard primitive or, on curves whose cofactor is 1, the cofactor one; X9.63 by these hashes
_KDF: dict[str, hashes.HashAlgorithm] = {
    "1.3.133.16.840.63.0.2": hashes.SHA1(),  # noqa: S303  (what the standard calls it; it derives a key, it signs nothing)
    "1.3.133.16.840.63.0.3": hashes.SHA1(),  # noqa: S303
    "1.3.132.1.11.0": hashes.SHA224(),
    "1.3.132.1.11.1": hashes.SHA256(),
    "1.3.132.1.11.2": hashes.SHA384(),
    "1.3.132.1.11.3": hashes.SHA512(),
    "1.3.132.1.14.0": hashes.SHA224(),
    "1.3.132.1.14.1": hashes.SHA256(),
    "1.3.132.1.14.2": hashes.SHA384(),
    "1.3.132.1.14.3": hashes.SHA512(),
}
_WRAPS = {"2.16.840.1.101.3.4.1.5": 16, "2.16.840.1.101.3.4.1.25": 24, "2.16.840.1.101.3.4.1.45": 32}
_TAG_0, _TAG_1, _BITS, _SEQUENCE = 0xA0, 0xA1, 0x03, 0x30


def agreed_key(
    recipient: Node, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> bytes | None:
    """The mail's key as a KeyAgreeRecipientInfo brings it; None where it is for somebody else. Raises BrokenBer."""
    sequences = [one for one in recipient.children if one.tag == _SEQUENCE]
    if len(sequences) != 2:
        raise BrokenBer("no key agreement")
    scheme, wrapped_keys = sequences
    wrapped = next(
        (one.child(1).octets() for one in wrapped_keys if _is_for(one.child(0), certificate)), None
    )
    digest, wrap = _KDF.get(scheme.child(0).oid()), scheme.child(1)
    size = _WRAPS.get(wrap.child(0).oid())
    if wrapped is None:
        return None
    if digest is None or size is None:
        raise BrokenBer("another key agreement")
    secret = key.exchange(ec.ECDH(), _passing_key(recipient, key.curve))
    material = recipient.tagged(_TAG_1)
    shared = _shared_info(wrap.raw, material.child(0).octets() if material else None, size)
    wrapping = X963KDF(algorithm=digest, length=size, sharedinfo=shared).derive(secret)
    try:
        return aes_key_unwrap(wrapping, wrapped)
    except InvalidUnwrap as problem:
        raise BrokenBer("the key does not unwrap") from problem


def _passing_key(recipient: Node, curve: ec.EllipticCurve) -> ec.EllipticCurvePublicKey:
    originator = recipient.tagged(_TAG_0)
    told = originator.tagged(_TAG_1) if originator else None
    point = next((one for one in told or () if one.tag == _BITS), None)
    if point is None:
        raise BrokenBer("no passing key")
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, point.content[1:])


def _is_for(named: Node, certificate: x509.Certificate) -> bool:
    """Whether a recipient is this certificate: by issuer and number, or by the key's id."""
    if named.tag == _TAG_0:
        try:
            held = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except (x509.ExtensionNotFound, ValueError):
            return False
        return held.value.digest == named.child(0).octets()
    same_issuer = named.child(0).raw == certificate.issuer.public_bytes()
    return same_issuer and named.child(1).number() == certificate.serial_number


def _shared_info(wrap: bytes, material: bytes | None, size: int) -> bytes:
    """ECC-CMS-SharedInfo: the wrapping algorithm as it was written, the sender's material, the length in bits."""
    told = _der(_TAG_0, _der(0x04, material)) if material is not None else b""
    return _der(_SEQUENCE, wrap + told + _der(0xA2, _der(0x04, (size * 8).to_bytes(4))))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    told = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(told)]) + told + content
