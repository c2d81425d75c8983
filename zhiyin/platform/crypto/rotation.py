"""Bringing every encrypted value under the current key, so that old keys can be thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Cast

from zhiyin.platform.crypto.blind_index import BlindIndexField
from zhiyin.platform.crypto.fields import EncryptedField
from zhiyin.platform.crypto.key_ring import key_ring

BATCH = 200


class OtherStore(Protocol):
    """Secrets that a library keeps in a place of its own, encrypted with our key ring."""

    def rotate(self) -> int:
        """Re-encrypt what is not under the current key; returns how many rows."""

    def keys_in_use(self) -> Counter[str]:
        """How many values need each key."""


_others: list[OtherStore] = []


def rotates_too(store: OtherStore) -> None:
    """Have a store rotated and counted along with the encrypted fields."""
    _others.append(store)


def rotate_keys() -> int:
    """Re-encrypt everything that is not under the first key of ZHIYIN_KEYS; returns how many rows.

    Safe to stop and run again, and beside writers: each batch locks its rows for a moment.
    """
    return sum(map(rotate_model, models_with_secrets())) + sum(store.rotate() for store in _others)


def keys_in_use() -> dict[str, int]:
    """Return how many stored values need each key; a key that is not named may be removed."""
    used: Counter[str] = Counter()
    for model in models_with_secrets():
        for field in secret_fields(model):
            separator, place = (".", 1) if isinstance(field, BlindIndexField) else (":", 2)
            rows = _rows(model).annotate(key_id=_part(field.name, separator, place))
            counted = rows.exclude(key_id="").order_by().values_list("key_id").annotate(n=models.Count("*"))
            used.update(dict(counted))
    for store in _others:
        used.update(store.keys_in_use())
    return dict(used)


def models_with_secrets() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if secret_fields(model)]


def secret_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    fields: Iterable[Any] = model._meta.local_concrete_fields
    return [field for field in fields if isinstance(field, EncryptedField | BlindIndexField)]


def rotate_model(model: type[models.Model]) -> int:
    """Re-encrypt the rows of one model; returns how many."""
    done, last = 0, None
    while True:
        rotated = _rotate_batch(model, after=last)
        if not rotated:
            return done
        done, last = done + len(rotated), rotated[-1]


@transaction.atomic
def _rotate_batch(model: type[models.Model], after: Any) -> list[Any]:
    fields = secret_fields(model)
    stale = Q()
    raw: dict[str, Cast] = {}
    for field in fields:
        raw[f"raw_{field.name}"] = Cast(F(field.name), TextField())
        fresh = Q(**{f"raw_{field.name}__startswith": _fresh_prefix(field)})
        stale |= ~fresh & ~Q(**{f"raw_{field.name}": ""}) & Q(**{f"{field.name}__isnull": False})
    rows = _rows(model).annotate(**raw).filter(stale)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    batch = list(rows.select_for_update(of=("self",)).order_by("pk")[:BATCH])
    for row in batch:
        row.save(update_fields=[field.name for field in fields])
    return [row.pk for row in batch]


def _rows(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._base_manager.all()


def _part(name: str, separator: str, place: int) -> Func:
    stored = Cast(F(name), TextField())
    return Func(stored, Value(separator), Value(place), function="split_part", output_field=TextField())


def _fresh_prefix(field: models.Field[Any, Any]) -> str:
    ring = key_ring()
    return f"{ring.current_id}." if isinstance(field, BlindIndexField) else ring.current_prefix
