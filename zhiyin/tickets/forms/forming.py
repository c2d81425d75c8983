"""What a form shows of a ticket and what it asks for. The front end has the same rule in `forms/forming.ts`;
one list of cases tests both.

A line's conditions must all hold; each holds when one of its values does:

    {"about": "category", "any_of": [3, 7]}                 in one of them or beneath it
    {"about": "type", "any_of": [2]}
    {"about": "field", "key": "reason", "any_of": ["late"]}  a field that this form shows; without values: filled in
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Condition = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A field's place in a form."""

    key: str
    required: str = "never"  # never | on_close | always
    shown_when: Sequence[Condition] = ()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What conditions look at."""

    lineage: Sequence[int] = ()  # of the category, from the top down
    type_id: int | None = None
    values: Mapping[str, Any]


def shown_lines(lines: Iterable[Line], at: Situation) -> list[Line]:
    """The lines that are shown, in order. A condition on a field holds only where that field is shown above."""
    shown: list[Line] = []
    for line in lines:
        keys = {above.key for above in shown}
        if all(_holds(condition, at, keys) for condition in line.shown_when):
            shown.append(line)
    return shown


def missing_lines(lines: Iterable[Line], at: Situation, *, closing: bool) -> list[Line]:
    """Shown lines that must have a value and have none; `closing` asks also for what is required on close."""
    asked = ("always", "on_close") if closing else ("always",)
    return [line for line in shown_lines(lines, at) if line.required in asked and line.key not in at.values]


def _holds(condition: Condition, at: Situation, shown: set[str]) -> bool:
    any_of = condition.get("any_of", [])
    match condition.get("about"):
        case "category":
            return any(one in at.lineage for one in any_of)
        case "type":
            return at.type_id in any_of
        case "field":
            key = condition.get("key")
            return key in shown and key in at.values and (not any_of or _has(at.values[key], any_of))
    return False


def _has(value: Any, any_of: Sequence[Any]) -> bool:
    held = value if isinstance(value, list) else [value]
    return any(_same(one, wanted) for one in held for wanted in any_of)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other
