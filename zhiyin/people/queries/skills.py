"""What people can."""

from __future__ import annotations

from django.db.models import QuerySet

from zhiyin.people.models import Skill, Staff, StaffSkill
from zhiyin.people.queries.standing import led_by


def skills_with_holders() -> QuerySet[Skill]:
    """All by name, with who has them; two queries."""
    return Skill.objects.order_by("name_zh").prefetch_related("held__staff")


def levels_of(*, staff_id: int, by: Staff) -> dict[int, int]:
    """What somebody one leads can, by skill. Raises Staff.DoesNotExist."""
    staff = led_by(by).get(pk=staff_id)
    return dict(StaffSkill.objects.filter(staff=staff).values_list("skill_id", "level"))
