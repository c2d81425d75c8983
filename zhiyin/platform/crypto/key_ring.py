"""The key ring: AES-256-GCM under named keys."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
NONCE_BYTES = 12
_FORM = "zk1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")


class KeyMissing(Exception):
    """A stored value needs a key that the ring does not hold."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"A stored value was encrypted with the key {key_id!r}, which is not in ZHIYIN_KEYS. "
            f"Add it back from your backup, after the first key / "
            f"数据由密钥 {key_id!r} 加密，但 ZHIYIN_KEYS 中没有它。请从备份中找回并加在第一个密钥之后。"
        )
        self.key_id = key_id


class Undecipherable(Exception):
    """A stored value was changed, belongs to another place, or its key has another content."""

    def __init__(self, context: str) -> None:
        super().__init__(
            f"An encrypted value of {context} does not open: it was changed, or a key of ZHIYIN_KEYS has the "
            f"right name and the wrong content. Compare ZHIYIN_KEYS with your backup / "
            f"{context} 中有加密数据无法解开：数据被改动，或 ZHIYIN_KEYS 中同名密钥的内容不对，请与备份核对。"
        )


@dataclass(frozen=True)
class KeyRing:
    """Named 32-byte keys in order; the first encrypts, all decrypt."""

    keys: dict[str, bytes]

    @property
    def current_id(self) -> str:
        return next(iter(self.keys))

    @property
    def current_prefix(self) -> str:
        """What every value encrypted with the current key begins with."""
        return f"{_FORM}:{self.current_id}:"

    def encrypt(self, plain: bytes, *, context: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current_id]).encrypt(nonce, plain, context.encode())
        return self.current_prefix + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, token: str, *, context: str) -> bytes:
        """Return the plain bytes; raises KeyMissing or Undecipherable."""
        form, _, rest = token.partition(":")
        key_id, _, body = rest.partition(":")
        if form != _FORM or not body:
            raise Undecipherable(context)
        if key_id not in self.keys:
            raise KeyMissing(key_id)
        try:
            sealed = base64.urlsafe_b64decode(body)
            return AESGCM(self.keys[key_id]).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise Undecipherable(context) from error

    def derived(self, key_id: str, *, purpose: str) -> bytes:
        """Return a key of its own for another purpose (HKDF-SHA256), so that no key serves two."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self.keys[key_id])


def key_ring() -> KeyRing:
    """Return the ring of this installation."""
    return parse_key_ring(settings.FIELD_KEYS)


def new_key(key_id: str = "") -> str:
    """Return a fresh `id:base64key` for ZHIYIN_KEYS."""
    return f"{key_id or secrets.token_hex(4)}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


@lru_cache(maxsize=8)
def parse_key_ring(text: str) -> KeyRing:
    """Read `id:base64key,…`; raises ImproperlyConfigured without ever repeating a key."""
    keys: dict[str, bytes] = {}
    for place, entry in enumerate((part.strip() for part in text.split(",") if part.strip()), start=1):
        key_id, _, encoded = entry.partition(":")
        if not _KEY_ID.match(key_id) or key_id in keys:
            raise ImproperlyConfigured(_told(place, "needs an id of its own / 需要唯一的编号"))
        try:
            keys[key_id] = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(_told(place, "is not base64 / 不是 base64")) from error
        if len(keys[key_id]) != KEY_BYTES:
            raise ImproperlyConfigured(_told(place, "must hold 32 bytes / 必须为 32 字节"))
    if not keys:
        raise ImproperlyConfigured(_told(1, "is missing / 缺失"))
    return KeyRing(keys)


def _told(place: int, problem: str) -> str:
    return f"ZHIYIN_KEYS: entry {place} {problem}. Form / 格式: id:base64(32 bytes),id:base64(32 bytes)"
