"""The register of fields. One declaration each:

register(Field("priority", "choice", "优先级", "Priority", column("priority"), choices=...))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from zhiyin.people.models import Staff
from zhiyin.tickets.fields.kinds import KINDS, Choice, moment_of, span_of


@dataclass(frozen=True, kw_only=True)
class Viewpoint:
    """Who asks, and when."""

    by: Staff
    now: datetime


Ask = Callable[[str, Any, Viewpoint], Q]


@dataclass(frozen=True)
class Field:
    """Something of a ticket that conditions may ask about. `ask` turns operator and value into SQL."""

    name: str
    kind: str
    zh: str
    en: str
    ask: Ask
    choices: tuple[Choice, ...] = ()  # when all values are known
    picker: str = ""  # which list of the desk the values come from: staff, groups, categories, channels, tags
    named: tuple[str, ...] = ()  # words beside numbers: me, nobody; "*" takes any word
    operators: tuple[str, ...] = ()  # those of the kind that it has; () for all
    is_personal: bool = False  # means something else to each person, whatever the value
    true_for: timedelta | None = (
        None  # how long a count holds, where things change without a fact of the ticket
    )

    def takes(self, operator: str) -> str | None:
        """What the operator takes; None when the field has no such operator."""
        if self.operators and operator not in self.operators:
            return None
        return KINDS[self.kind].get(operator)

    @property
    def offered(self) -> dict[str, str]:
        """Operators in the order they are offered, with what each takes."""
        return {
            name: takes
            for name, takes in KINDS[self.kind].items()
            if not self.operators or name in self.operators
        }


_fields: dict[str, Field] = {}
_sources: list[Callable[[], list[Field]]] = []


def register(*fields: Field) -> None:
    """Add fields; a name that is taken is refused."""
    for field in fields:
        if field.name in _fields:
            raise TypeError(f"two fields are called {field.name}")
        _fields[field.name] = field


def register_source(source: Callable[[], list[Field]]) -> None:
    """Add fields that are known only from the database, such as those an administrator made."""
    _sources.append(source)


def declared_fields() -> dict[str, Field]:
    """The fields that were registered, without those of the sources."""
    return _fields


def fields_for(names: Iterable[str]) -> dict[str, Field]:
    """The declared fields, and those of the sources only where a name asks for them: that takes queries."""
    return _fields if set(names) <= _fields.keys() else all_fields()


def all_fields() -> dict[str, Field]:
    """Every field by name: the declared ones, then those of the sources."""
    found = dict(_fields)
    for source in _sources:
        found |= {field.name: field for field in source()}
    return found


def column(path: str, *, empty: Any = None) -> Ask:
    """Ask a column of the ticket, or of a row it points to. `empty` is how the column says that it has no value."""

    def ask(operator: str, value: Any, viewpoint: Viewpoint) -> Q:
        return _ASKED[operator](path, value, viewpoint, empty)

    return ask


def _is_empty(path: str, _value: Any, _viewpoint: Viewpoint, empty: Any) -> Q:
    return Q(**{f"{path}__isnull": True}) if empty is None else Q(**{path: empty})


# operator → condition of (path, value, viewpoint, empty)
_ASKED: dict[str, Callable[[str, Any, Viewpoint, Any], Q]] = {
    "any_of": lambda path, value, *_: Q(**{f"{path}__in": value}),
    "none_of": lambda path, value, *_: ~Q(**{f"{path}__in": value}),
    "has_any": lambda path, value, *_: Q(**{f"{path}__overlap": value}),
    "has_all": lambda path, value, *_: Q(**{f"{path}__contains": value}),
    "has_none": lambda path, value, *_: ~Q(**{f"{path}__overlap": value}),
    "at_least": lambda path, value, *_: Q(**{f"{path}__gte": value}),
    "at_most": lambda path, value, *_: Q(**{f"{path}__lte": value}),
    "equals": lambda path, value, *_: Q(**{path: value}),
    "contains": lambda path, value, *_: Q(**{f"{path}__icontains": value}),
    "contains_not": lambda path, value, *_: ~Q(**{f"{path}__icontains": value}),
    "within": lambda path, value, viewpoint, _: Q(**{f"{path}__gte": viewpoint.now - span_of(value)}),
    "older_than": lambda path, value, viewpoint, _: Q(**{f"{path}__lt": viewpoint.now - span_of(value)}),
    "due_within": lambda path, value, viewpoint, _: Q(**{f"{path}__lt": viewpoint.now + span_of(value)}),
    "overdue": lambda path, _, viewpoint, __: Q(**{f"{path}__lt": viewpoint.now}),
    "after": lambda path, value, *_: Q(**{f"{path}__gte": moment_of(value)}),
    "before": lambda path, value, *_: Q(**{f"{path}__lt": moment_of(value)}),
    "is_empty": _is_empty,
    "is_filled": lambda path, value, viewpoint, empty: ~_is_empty(path, value, viewpoint, empty),
    "yes": lambda path, *_: Q(**{path: True}),
    "no": lambda path, *_: ~Q(**{path: True}),
}


def yes_no(condition: Callable[[Viewpoint], Q]) -> Ask:
    """Ask whether a condition of its own holds."""

    def ask(operator: str, _value: Any, viewpoint: Viewpoint) -> Q:
        return condition(viewpoint) if operator == "yes" else ~condition(viewpoint)

    return ask


def one_of(condition: Callable[[list[Any], Viewpoint], Q]) -> Ask:
    """Ask a choice by a condition for `any_of`; `none_of` is its opposite."""

    def ask(operator: str, value: Any, viewpoint: Viewpoint) -> Q:
        found = condition(value, viewpoint)
        return found if operator == "any_of" else ~found

    return ask
