"""The keys of a mailbox, and those of the people who write to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_BROKEN = (ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class MailboxKeys:
    """`smime` are private keys with their certificates, `pgp` an armoured secret key, `authorities` whom we trust too.

    `known_pgp` are public keys of the sender that were seen before, by fingerprint."""

    smime: tuple[tuple[PrivateKeyTypes, x509.Certificate], ...] = ()
    chain: tuple[x509.Certificate, ...] = ()
    pgp: str = field(default="", repr=False)
    pgp_password: str = field(default="", repr=False)
    authorities: tuple[x509.Certificate, ...] = ()


NO_KEYS = MailboxKeys()


class UnusableKey(ValueError):
    """A key in the settings can't be read."""


def mailbox_keys(told: dict[str, Any], secrets: dict[str, Any]) -> MailboxKeys:
    """The keys in a mailbox's settings. Raises UnusableKey."""
    bundle, password = str(secrets.get("smime_key") or "").strip(), str(secrets.get("smime_password") or "")
    smime, chain = _read_bundle(bundle, password) if bundle else ((), ())
    return MailboxKeys(
        smime=smime,
        chain=chain,
        pgp=str(secrets.get("pgp_key") or "").strip(),
        pgp_password=str(secrets.get("pgp_password") or ""),
        authorities=read_authorities(str(told.get("smime_authorities") or "")),
    )


def read_authorities(pem: str) -> tuple[x509.Certificate, ...]:
    """Raises UnusableKey."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem.encode())) if pem.strip() else ()
    except _BROKEN as problem:
        raise UnusableKey("authorities") from problem


def _read_bundle(
    pem: str, password: str
) -> tuple[tuple[tuple[PrivateKeyTypes, x509.Certificate], ...], tuple[x509.Certificate, ...]]:
    """A private key and, in any order, its certificate and those of its authorities."""
    try:
        key = load_pem_private_key(pem.encode(), password.encode() or None)
        certificates = x509.load_pem_x509_certificates(pem.encode())
    except _BROKEN as problem:
        raise UnusableKey("smime") from problem
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not own:
        raise UnusableKey("smime")
    return tuple((key, one) for one in own), tuple(one for one in certificates if one not in own)
