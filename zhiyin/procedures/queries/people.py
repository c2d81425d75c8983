"""Who a task is for."""

from __future__ import annotations

from zhiyin.people.models import Staff
from zhiyin.procedures.models import Task


def people_of(task: Task) -> set[int]:
    """Whose task it is now: who has it, or all of its group, role or skill."""
    if task.assignee_id is not None:
        return {task.assignee_id}
    active = Staff.objects.active()
    if task.group_id is not None:
        return set(active.filter(groups=task.group_id).values_list("pk", flat=True))
    if task.role_id is not None:
        return set(active.filter(roles=task.role_id).values_list("pk", flat=True))
    if task.skill_id is not None:
        return set(active.filter(skills=task.skill_id).values_list("pk", flat=True))
    holder = task.ticket.assignee_id
    return {holder} if holder is not None else set()
