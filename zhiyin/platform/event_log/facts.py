"""What a fact is, and the register of all kinds of facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

F = TypeVar("F", bound="Fact")
_registry: dict[str, type[Fact]] = {}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened: ids only, and the moment. Subclasses are made with `@fact`."""

    type: ClassVar[str]
    subject_template: ClassVar[str]

    at: datetime
    position: int = 0  # filled in when read back from the log
    because: str = ""  # what of ours made it happen; filled in likewise, see emitting.because_of

    def subject(self) -> str:
        """What orders this fact among others, e.g. 'ticket:12'."""
        return self.subject_template.format(**vars(self))

    def payload(self) -> dict[str, Any]:
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("at", "position", "because")
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any], *, at: datetime, position: int) -> Self:
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(
            **{name: value for name, value in payload.items() if name in known}, at=at, position=position
        )


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(name: str, *, subject: str) -> Callable[[type[F]], type[F]]:
    """Register a frozen dataclass as the fact `name` ('tickets.resolved'), ordered by `subject` ('ticket:{ticket_id}')."""

    def register(cls: type[F]) -> type[F]:
        made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        made.type = name
        made.subject_template = subject
        if name in _registry:
            raise TypeError(f"two facts are called {name}")
        _registry[name] = made
        return made

    return register


def fact_class(name: str) -> type[Fact] | None:
    """The class registered for a fact's name; None for one no longer known."""
    return _registry.get(name)


def known_facts() -> dict[str, type[Fact]]:
    return dict(_registry)
