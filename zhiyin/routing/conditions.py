"""When work belongs to a queue or needs a skill: all that a condition names must fit; an empty one fits everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.regions import lies_in_one_of


class NotACondition(DomainError):
    code = "routing.not_a_condition"
    status = 422
    messages = {
        "zh": "条件中的“{name}”无法识别，请重新选择。",
        "en": "{name} is not part of a condition; choose it anew.",
    }


@dataclass(frozen=True)
class Features:
    """What a condition can ask about a ticket. `tier`: 0 standard, 2 VIP, 3 key account."""

    kind: str
    language: str
    priority: int
    tier: int
    region: str = ""
    group_id: int | None = None
    category_id: int | None = None
    type_id: int | None = None
    tags: frozenset[str] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)  # options chosen, by the field's key


_ONE_OF = {
    "kinds": "kind",
    "languages": "language",
    "groups": "group_id",
    "categories": "category_id",
    "types": "type_id",
}
_AT_LEAST = {"priority_from": "priority", "tier_from": "tier"}
_TEXTS = {"kinds", "languages", "regions", "tags"}


def meets(condition: Mapping[str, Any], features: Features) -> bool:
    """Whether the features fit all that is named."""
    for name, wanted in condition.items():
        if name in _ONE_OF and getattr(features, _ONE_OF[name]) not in wanted:
            return False
        if name in _AT_LEAST and getattr(features, _AT_LEAST[name]) < wanted:
            return False
        if name == "regions" and not lies_in_one_of(features.region, wanted):
            return False
        if name == "tags" and not features.tags & set(wanted):
            return False
        if name == "fields" and not _chosen(wanted, features):
            return False
    return True


def _chosen(wanted: Mapping[str, list[str]], features: Features) -> bool:
    """Whether of every field named one of its options is chosen."""
    return all(features.fields.get(key, frozenset()) & set(options) for key, options in wanted.items())


def checked(condition: Mapping[str, Any]) -> dict[str, Any]:
    """The condition without what is empty. Raises NotACondition."""
    for name, wanted in condition.items():
        if name in _AT_LEAST:
            if not isinstance(wanted, int) or isinstance(wanted, bool):
                raise NotACondition(name=name)
        elif name in _ONE_OF or name in ("tags", "regions"):
            sort = str if name in _TEXTS else int
            if not isinstance(wanted, list) or not all(isinstance(one, sort) for one in wanted):
                raise NotACondition(name=name)
        elif name == "fields":
            _check_fields(wanted)
        else:
            raise NotACondition(name=name)
    return {name: told for name, wanted in condition.items() if (told := _without_empty(wanted))}


def _check_fields(wanted: Any) -> None:
    """Raises NotACondition naming the field that is not told as options."""
    for key, options in wanted.items() if isinstance(wanted, Mapping) else [("fields", None)]:
        if not isinstance(options, list) or not all(isinstance(one, str) for one in options):
            raise NotACondition(name=key)


def _without_empty(wanted: Any) -> Any:
    return {key: one for key, one in wanted.items() if one} if isinstance(wanted, Mapping) else wanted
