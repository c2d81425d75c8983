"""Queues, skills and capacity as they are set."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from zhiyin.people.models import Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.routing.models import KindRule, Queue, Skill, StaffLimit, StaffSkill


def queues() -> QuerySet[Queue]:
    """All by position, with their rings; four queries."""
    return Queue.objects.prefetch_related("rings__groups", "rings__without").order_by("position", "pk")


def skills() -> QuerySet[Skill]:
    """All by code, with how many people have each as `held`."""
    return Skill.objects.annotate(held=Count("holders")).order_by("kind", "code")


def kind_rules() -> QuerySet[KindRule]:
    return KindRule.objects.order_by("kind")


def abilities_of(*, staff_id: int, by: Staff) -> tuple[dict[str, int], dict[str, int]]:
    """What somebody can, and their own limits; of those one leads. Raises Staff.DoesNotExist."""
    staff = led_by(by).get(pk=staff_id)
    can = StaffSkill.objects.filter(staff=staff).values_list("skill__code", "level")
    limits = StaffLimit.objects.filter(staff=staff).values_list("kind", "units")
    return dict(can), dict(limits)
