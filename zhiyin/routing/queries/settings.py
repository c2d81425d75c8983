"""Queues, needs and capacity as they are set."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.routing.models import KindRule, Queue, SkillNeed, StaffLimit


def queues() -> QuerySet[Queue]:
    """All by position, with their rings; four queries."""
    return Queue.objects.prefetch_related("rings__groups", "rings__without").order_by("position", "pk")


def skill_needs() -> QuerySet[SkillNeed]:
    """Which work asks for which skill."""
    return SkillNeed.objects.order_by("pk")


def kind_rules() -> QuerySet[KindRule]:
    return KindRule.objects.order_by("kind")


def limits_of(*, staff_id: int, by: Staff) -> dict[str, int]:
    """The own limits of somebody one leads. Raises Staff.DoesNotExist."""
    staff = led_by(by).get(pk=staff_id)
    return dict(StaffLimit.objects.filter(staff=staff).values_list("kind", "units"))


def capacities(staff_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many units of each kind they can have at once: their own limits, else those of the kind; two queries."""
    usual = dict(KindRule.objects.values_list("kind", "units"))
    found = {staff_id: dict(usual) for staff_id in staff_ids}
    own = StaffLimit.objects.filter(staff_id__in=staff_ids)
    for staff_id, kind, units in own.values_list("staff_id", "kind", "units"):
        found[staff_id][kind] = units
    return found
