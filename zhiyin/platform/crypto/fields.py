"""Model fields that are encrypted in the database and plain in Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Expression

from zhiyin.platform.crypto.key_ring import key_ring

if TYPE_CHECKING:
    _AnyField = models.Field[Any, Any]
else:
    _AnyField = models.Field


class EncryptedField(_AnyField):
    """Seals what `to_bytes` gives and opens it for `from_bytes`.

    The context is `app.model.field`; name the old one with `context=` when any of them is renamed.
    Filtering is refused, since equal values look different: keep a blind index beside the field.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self.own_context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.own_context:
            kwargs["context"] = self.own_context
        return name, path, list(args), kwargs

    def get_internal_type(self) -> str:
        return "TextField"

    @property
    def context(self) -> str:
        return self.own_context or f"{self.model._meta.label_lower}.{self.name}"

    def to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def from_bytes(self, plain: bytes) -> Any:
        raise NotImplementedError

    def blank_value(self) -> Any:
        """What is stored as an empty text, unsealed."""
        raise NotImplementedError

    def from_db_value(self, value: str | None, expression: Expression, connection: Any) -> Any:
        if not value:
            return self.blank_value() if value == "" else None
        return self.from_bytes(key_ring().decrypt(value, context=self.context))

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or isinstance(value, Expression):
            return value
        if value == self.blank_value():
            return ""
        return key_ring().encrypt(self.to_bytes(value), context=self.context)

    def get_lookup(self, lookup_name: str) -> type[models.Lookup[Any]] | None:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.context} is encrypted and can't be filtered; use a blind index beside it."
            )
        return super().get_lookup(lookup_name)


if TYPE_CHECKING:  # to the type checker they are what they hold
    EncryptedTextField = models.TextField
    EncryptedJSONField = models.JSONField
else:

    class EncryptedTextField(EncryptedField):
        """Text, encrypted. An empty text stays empty."""

        blank_value = staticmethod(str)

        def to_bytes(self, value: str) -> bytes:
            return str(value).encode()

        def from_bytes(self, plain: bytes) -> str:
            return plain.decode()

    class EncryptedJSONField(EncryptedField):
        """A JSON value, encrypted. An empty object is stored as nothing."""

        blank_value = staticmethod(dict)

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{"default": dict, **kwargs})

        def to_bytes(self, value: Any) -> bytes:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

        def from_bytes(self, plain: bytes) -> Any:
            return json.loads(plain)
