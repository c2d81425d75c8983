"""Trees of conditions: checked when they come in, turned into one SQL condition when they are asked.

{"all": [{"field": "status", "is": "any_of", "value": ["new", "open"]},
         {"any": [{"field": "priority", "is": "any_of", "value": [4]},
                  {"field": "customer_tier", "is": "any_of", "value": ["vip"]}]},
         {"none": [{"field": "tags", "is": "has_any", "value": ["spam"]}]}]}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q

from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.fields.kinds import Unfit, fit_value
from zhiyin.tickets.fields.registry import Field, Viewpoint, all_fields, fields_for

Tree = dict[str, Any]
JOINS = ("all", "any", "none")
MAX_DEPTH = 4
MAX_CONDITIONS = 40
EVERYTHING: Tree = {"all": []}
_ONESELF = {"me", "my_groups", "mine"}


class BadCondition(DomainError):
    """A condition that can't be asked; `place` is the way to it, e.g. "2.1": the first in the second."""

    code = "tickets.bad_condition"
    status = 422
    messages = {
        "zh": "第 {place} 个条件有误：{wrong_zh}。请修改后再试。",
        "en": "Condition {place} does not work: {wrong_en}. Change it and try again.",
    }


class PersonalCondition(DomainError):
    code = "tickets.personal_condition"
    status = 422
    messages = {
        "zh": "条件“{field_zh}”对每个人含义不同，而这里对所有人都一样，请换用具体的同事、小组或字段。",
        "en": "The condition {field_en} means something else to each person, but here it is the same for all. "
        "Name colleagues, groups or another field.",
    }


def checked_tree(tree: Any) -> Tree:
    """The tree as it is kept. Raises BadCondition with the place and what is wrong there."""
    return _Checking(all_fields()).group(tree, place=[], depth=1)


def checked_for_everybody(tree: Any) -> Tree:
    """The tree as it is kept where it must mean the same whoever asks. Raises BadCondition, PersonalCondition."""
    checked = checked_tree(tree)
    fields = all_fields()
    for condition in conditions_in(checked):
        field = fields[condition["field"]]
        value = condition.get("value")
        names_oneself = isinstance(value, list) and not _ONESELF.isdisjoint(str(one) for one in value)
        if field.is_personal or names_oneself:
            raise PersonalCondition(field_zh=field.zh, field_en=field.en)
    return checked


def condition_of(tree: Tree, viewpoint: Viewpoint, fields: dict[str, Field] | None = None) -> Q:
    """The tree as one SQL condition; `fields` are those it asks, where known. A field that is gone matches nothing."""
    return _join(tree, viewpoint, fields or fields_of([tree]))


def fields_of(trees: Iterable[Tree]) -> dict[str, Field]:
    """All that the trees may ask; a query only where they ask for more than tickets declare."""
    return fields_for(condition["field"] for tree in trees for condition in conditions_in(tree))


def conditions_in(tree: Tree) -> Iterator[Mapping[str, Any]]:
    """Every single condition of the tree."""
    for join in JOINS:
        for node in tree.get(join, ()):
            if "field" in node:
                yield node
            else:
                yield from conditions_in(node)


def asks(tree: Tree, field: str) -> bool:
    """Whether any condition of the tree is about the field."""
    return any(condition["field"] == field for condition in conditions_in(tree))


def _join(node: Tree, viewpoint: Viewpoint, fields: dict[str, Field]) -> Q:
    if "field" in node:
        field = fields.get(node["field"])
        if field is None or field.takes(node["is"]) is None:
            return Q(pk__in=[])
        return field.ask(node["is"], node.get("value"), viewpoint)
    (join,) = (name for name in JOINS if name in node)
    parts = [_join(part, viewpoint, fields) for part in node[join]]
    if join == "all":
        return _all(parts)
    met = _any(parts)
    return met if join == "any" else ~met


def _all(parts: list[Q]) -> Q:
    found = Q()
    for part in parts:
        found &= part
    return found


def _any(parts: list[Q]) -> Q:
    found = parts[0]
    for part in parts[1:]:
        found |= part
    return found


class _Checking:
    def __init__(self, fields: dict[str, Field]) -> None:
        self.fields, self.left = fields, MAX_CONDITIONS

    def group(self, node: Any, *, place: list[int], depth: int) -> Tree:
        joins = [name for name in JOINS if isinstance(node, dict) and name in node]
        if len(joins) != 1 or len(node) != 1 or not isinstance(node[joins[0]], list):
            raise _bad(place, "应为 all、any 或 none 加一个列表", "it should be all, any or none with a list")
        if depth > MAX_DEPTH:
            raise _bad(
                place, f"条件最多嵌套 {MAX_DEPTH} 层", f"conditions go at most {MAX_DEPTH} levels deep"
            )
        parts = node[joins[0]]
        if not parts and (place or joins[0] != "all"):
            raise _bad(place, "这一组还没有条件", "this group holds no conditions yet")
        found = [
            self._one(part, place=[*place, number], depth=depth) for number, part in enumerate(parts, start=1)
        ]
        return {joins[0]: found}

    def _one(self, node: Any, *, place: list[int], depth: int) -> Tree:
        if not isinstance(node, dict) or "field" not in node:
            return self.group(node, place=place, depth=depth + 1)
        self.left -= 1
        if self.left < 0:
            raise _bad(place, f"最多 {MAX_CONDITIONS} 个条件", f"there may be {MAX_CONDITIONS} conditions")
        name, operator = str(node["field"]), str(node.get("is"))
        field = self.fields.get(name)
        if field is None or set(node) - {"field", "is", "value"}:
            raise _bad(place, f"没有名为“{name}”的字段", f"there is no field {name}")
        takes = field.takes(operator)
        if takes is None:
            known = "、".join(field.offered), ", ".join(field.offered)
            raise _bad(place, f"“{field.zh}”只能用 {known[0]}", f"{field.en} can be asked by {known[1]} only")
        try:
            value = fit_value(takes, node.get("value"), field.choices, named=field.named)
        except Unfit as unfit:
            raise _bad(place, f"{field.zh}：{unfit.zh}", f"{field.en}: {unfit.en}") from unfit
        return {"field": name, "is": operator} | ({} if takes == "nothing" else {"value": value})


def _bad(place: list[int], zh: str, en: str) -> BadCondition:
    return BadCondition(place=".".join(map(str, place)) or "0", wrong_zh=zh, wrong_en=en)
