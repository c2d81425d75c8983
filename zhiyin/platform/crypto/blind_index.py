"""Finding an encrypted value by equality without reading it."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from django.db import models

from zhiyin.platform.crypto.key_ring import KeyRing, key_ring

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField

INDEX_BYTES = 16  # 128 bits: no chance collisions, and too little to carry the value


def blind_index(value: str, purpose: str) -> str:
    """Return the fingerprint to store: HMAC-SHA256 under the current key, cut to 128 bits.

    The same value has different fingerprints under different purposes. Normalise the value first.
    """
    ring = key_ring()
    return _fingerprint(ring, ring.current_id, value, purpose)


def blind_indexes(value: str, purpose: str) -> list[str]:
    """Return the fingerprints to look for, one for each key, so that search works during a rotation."""
    ring = key_ring()
    return [_fingerprint(ring, key_id, value, purpose) for key_id in ring.keys]


class BlindIndexField(_CharField):
    """The blind index of another field of the row; written when the row is, renewed by key rotation.

    Rows are found with `filter(<name>__in=blind_indexes(value, purpose))`.
    """

    def __init__(self, *args: Any, source: str, purpose: str, **kwargs: Any) -> None:
        self.source = source
        self.purpose = purpose
        super().__init__(*args, **{"max_length": 80, "editable": False, "default": "", **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "source": self.source, "purpose": self.purpose}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, self.source)
        index = blind_index(value, self.purpose) if value else ""
        setattr(model_instance, self.attname, index)
        return index


def _fingerprint(ring: KeyRing, key_id: str, value: str, purpose: str) -> str:
    key = ring.derived(key_id, purpose=f"blind-index:{purpose}")
    return f"{key_id}.{hmac.digest(key, value.encode(), hashlib.sha256)[:INDEX_BYTES].hex()}"
