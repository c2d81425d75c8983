"""A mail's seals, from the outside in: what is inside, and what each seal was worth."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from zhiyin.channels.providers.email.parsing.headers import Headers
from zhiyin.channels.providers.email.parsing.structure import (
    Budget,
    Part,
    find_children,
    leaves,
    read_structure,
)
from zhiyin.channels.providers.email.sealing import pgp, smime
from zhiyin.channels.providers.email.sealing.inline import Block, open_blocks
from zhiyin.channels.providers.email.sealing.keys import MailboxKeys
from zhiyin.channels.providers.email.sealing.smime import NoKey, Signature

SMIME_TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SMIME_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_LINE_END = re.compile(rb"\r?\n")
_LAYERS = 4
_LARGEST_MESSAGE = 60_000_000
_AUTOCRYPT = re.compile(
    r"addr\s*=\s*([^;\s]+).*?keydata\s*=\s*([A-Za-z0-9+/=\s]+)", re.IGNORECASE | re.DOTALL
)
_KEYS_LIMIT = 5


@dataclass(slots=True)
class Opened:
    """The mail without its seals, the marks they leave, and keys that came along."""

    root: Part
    marks: dict[str, Any] = field(default_factory=dict)
    certificates: list[tuple[str, str, str]] = field(default_factory=list)  # (kind, fingerprint, key)


def open_seals(root: Part, *, sender: str, keys: MailboxKeys, known_pgp: list[str]) -> Opened:
    """Open what the mailbox's keys open and check what is signed; `known_pgp` are keys of the sender seen before."""
    opened = Opened(root)
    opened.certificates = list(_keys_sent_along(root, sender))
    for _ in range(_LAYERS):
        inside = _open_one(opened, sender, keys, known_pgp)
        if inside is None:
            break
        opened.root = read_structure(inside, Budget())
    if opened.root is root:
        opened.root = root = _open_inline(opened, keys, known_pgp)
    if opened.root is not root:  # the fields that say who wrote to whom are those outside
        outer = [one for one in root.headers.fields if not one[0].startswith("content-")]
        inner = [one for one in opened.root.headers.fields if one[0].startswith("content-")]
        opened.root = opened.root.with_headers(Headers([*outer, *inner]))
    return opened


def _open_one(opened: Opened, sender: str, keys: MailboxKeys, known_pgp: list[str]) -> bytes | None:
    """The bytes inside the outermost seal; None where there is none, or it doesn't open."""
    part = opened.root
    if part.media_type == "multipart/signed":
        _check_beside(opened, part, sender, keys, known_pgp)
        return _signed_entity(part) if len(part.children) == 2 else None  # what stands beside must show too
    if part.media_type in SMIME_TYPES:
        return _open_smime(opened, part, sender, keys)
    if part.media_type == "multipart/encrypted":
        return _open_pgp(opened, part, keys)
    return None


def _open_inline(opened: Opened, keys: MailboxKeys, known_pgp: list[str]) -> Part:
    """The mail with armour inside its text opened. What stands around a signed text is not signed, and said so."""

    def open_block(block: Block) -> bytes | None:
        if not block.is_signed:
            return _open_pgp_message(opened, block.text, keys)
        found = _check_pgp(opened, block.signed_content(), block.seal, known_pgp)
        if found.state == "valid" and not block.is_all:
            found = replace(found, state="unknown", reason="in_part")
        _note_signature(opened, "pgp", found)
        return block.text

    return open_blocks(opened.root, open_block)


def _check_beside(opened: Opened, part: Part, sender: str, keys: MailboxKeys, known_pgp: list[str]) -> None:
    entity = _signed_entity(part)
    if entity is None or len(part.children) < 2:
        return
    content, seal = _LINE_END.sub(b"\r\n", entity), part.children[1]
    if seal.media_type in _SMIME_SIGNATURES:
        found = smime.check_signature(seal.content(), content, sender=sender, keys=keys)
        _note_signature(opened, "smime", found)
    elif seal.media_type == "application/pgp-signature":
        _note_signature(opened, "pgp", _check_pgp(opened, content, seal.content(), known_pgp))


def _check_pgp(opened: Opened, content: bytes, seal: bytes, known: list[str]) -> Signature:
    found = pgp.check_pgp(content, seal, known=known)
    fresh = [text for kind, _, text in opened.certificates if kind == "pgp"]
    if found.reason == "unknown_key" and fresh:
        found = _first_seen(pgp.check_pgp(content, seal, known=fresh))
    return found


def _first_seen(found: Signature) -> Signature:
    """A key that came with the very mail it stands for proves little: it is remembered for the next."""
    if found.state != "valid":
        return found
    return Signature("unknown", "first_key", found.by, found.address, found.issuer, found.fingerprint)


def _open_smime(opened: Opened, part: Part, sender: str, keys: MailboxKeys) -> bytes | None:
    data = part.content()
    try:
        kind, content = smime.content_of(data)
        if kind == smime.SIGNED:
            if not content:
                return None  # certificates alone
            _note_signature(opened, "smime", smime.check_signature(data, content, sender=sender, keys=keys))
            return content
        if kind not in {smime.ENVELOPED, smime.AUTH_ENVELOPED}:
            return None
        inside = smime.decrypt(data, keys)
    except NoKey:
        _note_encryption(opened, "smime", "no_key")
        return None
    except smime.BROKEN:
        _note_encryption(opened, "smime", "failed")
        return None
    _note_encryption(opened, "smime", "decrypted")
    return inside


def _open_pgp(opened: Opened, part: Part, keys: MailboxKeys) -> bytes | None:
    if len(part.children) < 2:
        return None
    return _open_pgp_message(opened, part.children[1].content(), keys)


def _open_pgp_message(opened: Opened, message: bytes, keys: MailboxKeys) -> bytes | None:
    try:
        inside = pgp.open_pgp(message[:_LARGEST_MESSAGE], keys)
    except NoKey:
        _note_encryption(opened, "pgp", "no_key")
        return None
    except pgp.Damaged:
        _note_encryption(opened, "pgp", "failed")
        return None
    _note_encryption(opened, "pgp", "decrypted")
    return inside


def _note_encryption(opened: Opened, kind: str, state: str) -> None:
    opened.marks["encryption"] = {"kind": kind, "state": state}


def _note_signature(opened: Opened, kind: str, found: Signature) -> None:
    told = {name: value for name, value in asdict(found).items() if value and name != "certificate"}
    opened.marks.setdefault("signature", {"kind": kind, **told})  # the outermost counts
    if found.certificate:
        opened.certificates.append((kind, found.fingerprint, found.certificate.decode("ascii")))


def _signed_entity(part: Part) -> bytes | None:
    """The first child as it was signed, its header included."""
    held, ranges = find_children(part, Budget())
    return held[slice(*ranges[0])] if ranges else None


def _keys_sent_along(root: Part, sender: str) -> Iterator[tuple[str, str, str]]:
    """Public keys of the sender: attached, or in an Autocrypt field."""
    attached = (part.content() for part in leaves(root) if part.media_type == "application/pgp-keys")
    told = _AUTOCRYPT.search(root.headers.first("autocrypt"))
    candidates = [*attached][:_KEYS_LIMIT]
    if told and told[1].lower() == sender.lower():
        with suppress(ValueError):
            candidates.append(base64.b64decode("".join(told[2].split())))
    for data in candidates:
        certificate = pgp.read_certificate(data)
        if certificate is not None and sender.lower() in pgp.addresses_of_key(certificate):
            yield "pgp", certificate.fingerprint, str(certificate)
