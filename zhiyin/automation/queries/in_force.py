"""The rules that are in force, kept in each process until any of them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule, RuleBook, RuleVersion
from zhiyin.tickets.fields.registry import Field, Viewpoint
from zhiyin.tickets.fields.trees import condition_of, fields_of
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True)
class Standing:
    """A rule in force, read."""

    rule: Rule
    version: RuleVersion
    occasion: Occasion


@dataclass
class InForce:
    turn: int = -1
    by_happening: dict[str, list[Standing]] = field(default_factory=dict)


_kept = [InForce()]  # of this process; replaced as a whole


def rules_in_force() -> dict[str, list[Standing]]:
    """By what has to happen, in their order. One query, and one more after a change."""
    turn = RuleBook.objects.filter(pk=1).values_list("turn", flat=True).first() or 0
    kept = _kept[0]
    if turn != kept.turn:
        kept = _kept[0] = InForce(turn, _read() if turn else {})
    return kept.by_happening


def standing(rule: Rule) -> Standing:
    """A rule with its version, read."""
    assert rule.version is not None
    return Standing(rule, rule.version, Occasion(**rule.version.occasion))


def _read() -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = defaultdict(list)
    rules = Rule.objects.filter(active=True).select_related("version__by").order_by("position", "pk")
    for rule in rules:
        one = standing(rule)
        if not one.occasion.is_time:
            found[one.occasion.on].append(one)
    return dict(found)


def fitting(ticket_ids: Sequence[int], rules: Sequence[Standing], *, now: datetime) -> dict[int, set[int]]:
    """Of each ticket the ids of the rules whose conditions it meets now; one query for all of both. Aliases meet none."""
    if not rules:
        return {}
    fields = fields_of(one.version.conditions for one in rules)
    told = {
        f"fits_{number}": ExpressionWrapper(condition, output_field=BooleanField())
        for number, one in enumerate(rules)
        if (condition := _condition(one, now, fields))
    }
    always = {one.rule.pk for number, one in enumerate(rules) if f"fits_{number}" not in told}
    rows = Ticket.objects.themselves().filter(pk__in=ticket_ids).annotate(**told).values("pk", *told)
    return {
        row["pk"]: always | {one.rule.pk for number, one in enumerate(rules) if row.get(f"fits_{number}")}
        for row in rows
    }


def _condition(one: Standing, now: datetime, fields: dict[str, Field]) -> Q:
    viewpoint = Viewpoint(by=one.version.by, now=now)
    return condition_of(one.version.conditions, viewpoint, fields)
