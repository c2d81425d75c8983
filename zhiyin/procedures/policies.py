"""Who may do what with a task: pure predicates."""

from __future__ import annotations

from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope
from zhiyin.procedures.models import Task


def is_theirs(task: Task, by: Staff, *, role_ids: set[int], skill_ids: set[int]) -> bool:
    """Whether the task is this person's to do: theirs by name, or their group's, role's or skill's."""
    if task.assignee_id == by.pk:
        return True
    return (
        task.group_id in by.group_ids or task.role_id in role_ids or task.skill_id in skill_ids
        if (task.group_id or task.role_id or task.skill_id)
        else task.assignee_id is None
    )


def may_settle(task: Task, by: Staff, *, role_ids: set[int], skill_ids: set[int]) -> bool:
    """Whether the person may say how the task went. Nothing named: whoever sees the ticket may do it."""
    if by.scope("tasks.work") == Scope.ALL:
        return True
    return is_theirs(task, by, role_ids=role_ids, skill_ids=skill_ids)
