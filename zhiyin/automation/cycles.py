"""Which rules could set each other off: pure. Conditions are left aside, so that nothing is missed; it only warns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhiyin.automation.definitions import Occasion
from zhiyin.automation.happenings import Happening, is_occasion

_CAUSES = {
    "status": "status_changed",
    "priority": "priority_changed",
    "type_id": "type_changed",
    "category_id": "category_changed",
    "group_id": "group_changed",
    "assignee": "assignee_changed",
}


@dataclass(frozen=True)
class Sketch:
    """What of a rule matters here."""

    rule_id: int
    name: str
    occasion: Occasion
    actions: Mapping[str, Any]


def cycles_through(rule_id: int, rules: Sequence[Sketch]) -> list[list[str]]:
    """Names of the rules on each way from the rule back to itself by others, the shortest first."""
    by_id = {rule.rule_id: rule for rule in rules}
    leads = {
        rule.rule_id: [
            other.rule_id for other in rules if other.rule_id != rule.rule_id and may_set_off(rule, other)
        ]
        for rule in rules
    }
    found: list[list[str]] = []
    ways = [[rule_id]]
    while ways and len(found) < 5:
        way = ways.pop(0)
        for following in leads.get(way[-1], ()):
            if following == rule_id:
                found.append([by_id[one].name for one in [*way, rule_id]])
            elif following not in way and len(way) < 6:
                ways.append([*way, following])
    return found


def may_set_off(rule: Sketch, other: Sketch) -> bool:
    """Whether what the first does can be the second's occasion."""
    return any(_fits(other.occasion, happening) for happening in brought_about(rule.actions))


def brought_about(actions: Mapping[str, Any]) -> list[Happening]:
    """What the actions make happen; values before are not known."""
    found = [Happening(on, now=(_value(actions[name]),)) for name, on in _CAUSES.items() if name in actions]
    if "raise_priority" in actions:
        found += [Happening("priority_changed", now=(step,)) for step in (2, 3, 4)]
    if "custom_status_id" in actions:
        statuses = ("open", "pending", "on_hold", "solved", "closed")
        found += [Happening("status_changed", now=(status,)) for status in statuses]
    if {"tags_add", "tags_remove"} & set(actions):
        added, removed = tuple(actions.get("tags_add", ())), tuple(actions.get("tags_remove", ()))
        found.append(Happening("tags_changed", removed, added))
    for key, value in actions.get("fields", {}).items():
        found.append(Happening("field_changed", now=_all(value), field=key))
    if "note" in actions:
        found.append(Happening("note_written"))
    return found


def _value(value: Any) -> Any:
    return None if value == "nobody" else value


def _all(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _fits(occasion: Occasion, happening: Happening) -> bool:
    """As is_occasion, where any value may have been before; but of tags those taken away are known."""
    if happening.on != "tags_changed":
        occasion = occasion.model_copy(update={"was": []})
    return is_occasion(occasion, happening)
