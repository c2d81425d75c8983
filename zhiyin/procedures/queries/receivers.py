"""To whom somebody may give a task."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from zhiyin.people.models import Group, Staff
from zhiyin.procedures.models import Task


@dataclass(frozen=True)
class Receivers:
    people: list[Staff]
    groups: list[Group]


def receivers_of(task: Task, *, by: Staff) -> Receivers:
    """Whoever sees colleagues may name any of them; a collaborator those whose task it is by its owner: of its group, its
    role or its skill, and the people and groups they work with themselves."""
    people, groups = Staff.objects.active(), Group.objects.all()
    if not by.may("people.read"):
        groups = groups.filter(Q(pk__in=by.group_ids) | Q(pk=task.group_id))
        owners = Q(groups__in=groups)
        if task.role_id is not None:
            owners |= Q(roles=task.role_id)
        if task.skill_id is not None:
            owners |= Q(skills=task.skill_id)
        people = people.filter(owners | Q(pk=by.pk)).distinct()
    return Receivers(list(people.order_by("name", "pk")), list(groups.order_by("name", "pk")))
