"""OpenPGP, over Sequoia: signatures checked here, ciphers opened in a process of their own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pysequoia import Cert, Sig, SignatureMode, Tsk, sign, verify

from zhiyin.channels.providers.email.sealing.keys import MailboxKeys, UnusableKey
from zhiyin.channels.providers.email.sealing.smime import NoKey, Signature

_CHILD = Path(__file__).with_name("pgp_child.py")
_CHILD_SECONDS = 90
_NO_KEY = 3
MEMORY = 1 << 30  # bytes; a mail of 25 MB needs a few hundred
LARGEST_KEY = 200_000
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>|^([^<>\s]+@[^<>\s]+)$")


class Damaged(Exception):
    """It is for us and can't be opened."""


def check_pgp(content: bytes, signature: bytes, *, known: Sequence[str]) -> Signature:
    """Whether `content` was signed by one of the keys known to be the sender's. Never raises."""
    try:
        told = Sig.from_bytes(signature)
    except Exception:  # Sequoia has one kind of exception for all that is wrong with a packet
        return Signature("unknown", "unsupported")
    certificates = [one for text in known if (one := read_certificate(text)) is not None]
    wanted = (told.issuer_fingerprint or told.issuer_key_id or "").lower()
    named = next((one for one in certificates if _has_key(one, wanted)), None)
    try:
        found = verify(bytes=content, store=lambda _: certificates, signature=told)
    except Exception:  # the same: what it means is told by whether the key is known
        if named is not None:
            return _seen(named, "invalid", "changed")
        return Signature("unknown", "new_key" if certificates else "unknown_key", fingerprint=wanted)
    fingerprint = found.valid_sigs[0].certificate
    signer = next(one for one in certificates if one.fingerprint == fingerprint)
    return _seen(signer, "valid", "")


def open_pgp(message: bytes, keys: MailboxKeys, *, memory: int = MEMORY) -> bytes:
    """The content of an encrypted message. Raises NoKey and Damaged."""
    if not keys.pgp:
        raise NoKey
    told = json.dumps({"key": keys.pgp, "password": keys.pgp_password, "memory": memory}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=told + message,
            capture_output=True,
            timeout=_CHILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Damaged from late
    if done.returncode == _NO_KEY:
        raise NoKey
    if done.returncode != 0:
        raise Damaged
    return done.stdout


def sign_pgp(content: bytes, keys: MailboxKeys) -> bytes:
    """An armoured signature beside the content. Raises UnusableKey."""
    try:
        signer = Tsk.from_bytes(keys.pgp.encode()).signer(keys.pgp_password or None)
        return sign(signer, content, mode=SignatureMode.DETACHED)
    except Exception as problem:
        raise UnusableKey("pgp") from problem


def read_certificate(text: str | bytes) -> Cert | None:
    """A public key; None where it is none."""
    data = text.encode() if isinstance(text, str) else text
    if len(data) > LARGEST_KEY:
        return None
    try:
        return Cert.from_bytes(data)
    except Exception:  # the same: it is no key
        return None


def addresses_of_key(certificate: Cert) -> set[str]:
    found = (_ADDRESS.search(str(one)) for one in certificate.user_ids)
    return {(match[1] or match[2]).lower() for match in found if match}


def _has_key(certificate: Cert, wanted: str) -> bool:
    """Whether the key, or one beneath it, is the one a signature names."""
    return (bool(wanted) and wanted[-16:] in bytes(certificate).hex()) or certificate.fingerprint.endswith(
        wanted[-16:]
    )


def _seen(certificate: Cert, state: str, reason: str) -> Signature:
    names = [str(one) for one in certificate.user_ids]
    return Signature(
        state,
        reason,
        by=names[0][:200] if names else certificate.fingerprint,
        address=next(iter(sorted(addresses_of_key(certificate))), ""),
        fingerprint=certificate.fingerprint,
    )
