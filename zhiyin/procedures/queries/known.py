"""What there is that a procedure may name."""

from __future__ import annotations

from zhiyin.people.models import Group, Role, Skill, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.procedures.checking import Known
from zhiyin.procedures.models import Definition, OutsideSystem, Version


def known_for(key: str) -> Known:
    """All that the procedure of this key may name."""
    return Known(
        key=key,
        roles=frozenset(Role.objects.values_list("code", flat=True)),
        groups=frozenset(Group.objects.values_list("pk", flat=True)),
        skills=frozenset(Skill.objects.values_list("pk", flat=True)),
        people=frozenset(Staff.objects.active().values_list("pk", flat=True)),
        calendars=frozenset(Calendar.objects.values_list("pk", flat=True)),
        systems=frozenset(OutsideSystem.objects.values_list("key", flat=True)),
        procedures=_inside(),
    )


def _inside() -> dict[str, frozenset[str]]:
    """The keys of procedures with those that each runs inside itself."""
    newest = {
        one.definition_id: one.content for one in Version.objects.order_by("definition", "number").iterator()
    }
    keys = dict(Definition.objects.values_list("pk", "key"))
    return {
        key: frozenset(step["procedure"] for step in newest[pk]["steps"] if step.get("procedure"))
        for pk, key in keys.items()
        if pk in newest
    }
