"""What the company made itself, as fields that conditions may ask about: types, custom statuses, custom fields.

Those of custom fields are named `fields.<key>`. Equal values are asked by containment, for which there is an index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from zhiyin.tickets.fields.kinds import Choice, moment_of, span_of
from zhiyin.tickets.fields.registry import Ask, Field, Viewpoint, column, register_source
from zhiyin.tickets.forms.ruling import options_of
from zhiyin.tickets.models import CustomField, CustomStatus, TicketType

_ALWAYS = ("any_of", "none_of")


def _own_lists() -> list[Field]:
    types = tuple(Choice(one.pk, one.name_zh, one.name_en) for one in TicketType.objects.order_by("position"))
    statuses = tuple(
        Choice(one.pk, one.name_zh, one.name_en) for one in CustomStatus.objects.order_by("position")
    )
    found = []
    if types:
        found.append(Field("type", "choice", "类型", "Type", column("type_id"), choices=types))
    if statuses:
        found.append(
            Field(
                "custom_status",
                "choice",
                "自定义状态",
                "Custom status",
                column("custom_status_id"),
                choices=statuses,
            )
        )
    return found


def _own_fields() -> list[Field]:
    made = CustomField.objects.filter(active=True, kind__in=_MADE).order_by("position", "pk")
    return [_MADE[field.kind](field) for field in made]


def _field(field: CustomField, kind: str, ask: Ask, **more: Any) -> Field:
    return Field(f"fields.{field.key}", kind, field.name_zh, field.name_en, ask, **more)


def _choices(field: CustomField) -> tuple[Choice, ...]:
    return tuple(Choice(one["value"], one["zh"], one["en"]) for one in options_of(field.rules))


def _holds(key: str, value: Any) -> Q:
    return Q(fields__contains={key: value})


def _beside(key: str, comparison: str, value: Any) -> Q:
    """A comparison that is false, not unknown, where there is no value: its opposite finds those tickets."""
    return Q(fields__has_key=key) & Q(**{f"fields__{key}__{comparison}": value})


def _any(key: str, values: list[Any]) -> Q:
    found = Q(pk__in=[])
    for value in values:
        found |= _holds(key, value)
    return found


def _text(field: CustomField) -> Field:
    return _field(field, "text", _asking(field.key))


def _number(field: CustomField) -> Field:
    return _field(field, "number", _asking(field.key))


def _date(field: CustomField) -> Field:
    return _field(field, "moment", _asking_date(field.key))


def _choice(field: CustomField) -> Field:
    return _field(field, "choice", _asking(field.key), choices=_choices(field))


def _list(field: CustomField) -> Field:
    return _field(field, "list", _asking(field.key), choices=_choices(field))


def _person(field: CustomField) -> Field:
    def ask(operator: str, value: Any, viewpoint: Viewpoint) -> Q:
        ids = [viewpoint.by.pk if one == "me" else one for one in value]
        return _any(field.key, ids) if operator == "any_of" else ~_any(field.key, ids)

    return _field(field, "choice", ask, picker="staff", named=("me",), operators=_ALWAYS)


def _checkbox(field: CustomField) -> Field:
    return _field(field, "flag", _asking(field.key))


def _asking(key: str) -> Ask:
    def ask(operator: str, value: Any, _viewpoint: Viewpoint) -> Q:
        return _ASKED[operator](key, value)

    return ask


def _asking_date(key: str) -> Ask:
    """Dates are kept as ISO 8601 days, which stand in the order of time."""

    def ask(operator: str, value: Any, viewpoint: Viewpoint) -> Q:
        match operator:
            case "within" | "older_than":
                day = (viewpoint.now - span_of(value)).date().isoformat()
                return _beside(key, "gte" if operator == "within" else "lt", day)
            case "after" | "before":
                day = moment_of(value).date().isoformat()
                return _beside(key, "gte" if operator == "after" else "lt", day)
        return _ASKED[operator](key, value)

    return ask


# operator → condition of (key, value)
_ASKED: dict[str, Callable[[str, Any], Q]] = {
    "any_of": _any,
    "none_of": lambda key, value: ~_any(key, value),
    "has_any": lambda key, value: _any(key, [[one] for one in value]),
    "has_all": _holds,
    "has_none": lambda key, value: ~_any(key, [[one] for one in value]),
    "at_least": lambda key, value: _beside(key, "gte", value),
    "at_most": lambda key, value: _beside(key, "lte", value),
    "equals": _holds,
    "contains": lambda key, value: _beside(key, "icontains", value),
    "contains_not": lambda key, value: ~_beside(key, "icontains", value),
    "is_empty": lambda key, _: ~Q(fields__has_key=key),
    "is_filled": lambda key, _: Q(fields__has_key=key),
    "yes": lambda key, _: _holds(key, True),
    "no": lambda key, _: ~_holds(key, True),
}
_MADE: dict[str, Callable[[CustomField], Field]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "choices": _list,
    "cascade": _list,
    "person": _person,
    "checkbox": _checkbox,
}

register_source(_own_lists)
register_source(_own_fields)
