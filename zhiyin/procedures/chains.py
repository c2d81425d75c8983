"""What a chain of approval is: stages one after the other, each asking one or several. Pure; no rows.

A stage as data: `{"asks": [{"role": "lead"}], "needs": "any", "minutes": 240, "then": {"role": "manager"}}`.
`asks` names people by role, group or person; `needs` is "any" (one yes is enough) or "all" (everybody named must
say yes; of a role or a group one person answers). After `minutes` without an answer `then` is asked in their
place; without a `then` the answer is no. A single no ends the chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("role", "group", "staff")
NEEDS = ("any", "all")
MOST_STAGES, MOST_ASKED = 10, 10
LONGEST_MINUTES = 60 * 24 * 30


@dataclass(frozen=True)
class Asked:
    """Somebody named in a stage: a role by its code, a group or a person by id."""

    kind: str
    name: str | int

    def told(self) -> dict[str, str | int]:
        return {self.kind: self.name}


@dataclass(frozen=True)
class Stage:
    asks: tuple[Asked, ...]
    needs: str = "any"
    minutes: int | None = None
    then: Asked | None = None

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {"asks": [one.told() for one in self.asks], "needs": self.needs}
        if self.minutes is not None:
            told["minutes"] = self.minutes
        if self.then is not None:
            told["then"] = self.then.told()
        return told


class BadChain(ValueError):
    """A chain that can't be followed; `place` is the path to what is wrong, such as 'stages.0.asks'."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place, self.reason = place, reason


def read_chain(data: Any) -> tuple[Stage, ...]:
    """The stages of a chain as data. Raises BadChain naming the place."""
    if not isinstance(data, Sequence) or isinstance(data, str) or not 1 <= len(data) <= MOST_STAGES:
        raise BadChain("stages", f"one to {MOST_STAGES} stages are needed")
    return tuple(_read_stage(stage, f"stages.{number}") for number, stage in enumerate(data))


def _read_stage(data: Any, place: str) -> Stage:
    if not isinstance(data, Mapping):
        raise BadChain(place, "a stage is an object")
    asks = data.get("asks")
    if not isinstance(asks, Sequence) or isinstance(asks, str) or not 1 <= len(asks) <= MOST_ASKED:
        raise BadChain(f"{place}.asks", "somebody has to be asked")
    needs, minutes, then = data.get("needs", "any"), data.get("minutes"), data.get("then")
    if needs not in NEEDS:
        raise BadChain(f"{place}.needs", "any or all")
    if minutes is not None and not (_is_number(minutes) and 1 <= minutes <= LONGEST_MINUTES):
        raise BadChain(f"{place}.minutes", f"1 to {LONGEST_MINUTES}")
    if then is not None and minutes is None:
        raise BadChain(f"{place}.then", "somebody else is asked only after a time")
    return Stage(
        asks=tuple(_read_asked(one, f"{place}.asks.{at}") for at, one in enumerate(asks)),
        needs=needs,
        minutes=minutes,
        then=_read_asked(then, f"{place}.then") if then is not None else None,
    )


def _read_asked(data: Any, place: str) -> Asked:
    if not isinstance(data, Mapping) or len(data) != 1:
        raise BadChain(place, "one of role, group, staff")
    [(kind, name)] = data.items()
    if kind not in KINDS:
        raise BadChain(place, "one of role, group, staff")
    if not (isinstance(name, str) and name.strip() if kind == "role" else _is_number(name)):
        raise BadChain(place, "a role by its code, a group or a person by its number")
    return Asked(kind, name)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def outcome_of(needs: str, answers: Sequence[bool | None]) -> bool | None:
    """What the answers of a stage come to: True, False, or None while it is open. One no is a no."""
    if any(answer is False for answer in answers):
        return False
    said = [answer is True for answer in answers]
    return True if (any(said) if needs == "any" else bool(said) and all(said)) else None
