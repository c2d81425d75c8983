"""The register of providers: each folder's `provider.py` is imported once and registers itself."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from typing import TypeVar

from zhiyin.channels.providers.protocol import Provider

P = TypeVar("P")
_providers: dict[str, Provider] = {}


def provider(cls: type[P]) -> type[P]:
    """Register the decorated class as the provider of its `kind`."""
    made = cls()
    _providers[made.kind] = made  # type: ignore[attr-defined, assignment]  # shape is checked by test_providers
    return cls


def provider_of(kind: str) -> Provider:
    return _providers[kind]


def providers() -> list[Provider]:
    return [_providers[kind] for kind in sorted(_providers)]


def load_providers() -> None:
    package = importlib.import_module("zhiyin.channels.providers")
    for folder in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if folder.ispkg and importlib.util.find_spec(f"{folder.name}.provider"):
            importlib.import_module(f"{folder.name}.provider")
