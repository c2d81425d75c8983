"""Whether a procedure's conditions hold: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhiyin.procedures.content import Condition


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What conditions look at: the case's values and the ticket as it is."""

    values: Mapping[str, Any]
    lineage: Sequence[int] = ()  # of the category, from the top down
    type_id: int | None = None
    priority: int = 2
    tier: str = "standard"


def all_hold(conditions: Sequence[Condition], facts: Facts) -> bool:
    return all(holds(condition, facts) for condition in conditions)


def holds(condition: Condition, facts: Facts) -> bool:
    match condition.about:
        case "category":
            return any(one in facts.lineage for one in condition.any_of)
        case "type":
            return facts.type_id in condition.any_of
        case "priority":
            return facts.priority in condition.any_of
        case "tier":
            return facts.tier in condition.any_of
    return _field_holds(condition, facts.values.get(condition.key))


def _field_holds(condition: Condition, value: Any) -> bool:
    if value is None:
        return False
    if condition.at_least is not None and not (_is_number(value) and value >= condition.at_least):
        return False
    if condition.at_most is not None and not (_is_number(value) and value <= condition.at_most):
        return False
    held = value if isinstance(value, list) else [value]
    wanted = condition.any_of
    return not wanted or any(_same(one, other) for one in held for other in wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other
