"""Tasks come into being and go: of a step, beside it, asked for by hand or by a service level."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from zhiyin.people.models import Group, Role, Skill, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.commands.clocking import cancel, start_task_clock
from zhiyin.procedures.content import Content, Owner, Step, Work
from zhiyin.procedures.engine import owner_at, tasks_beside
from zhiyin.procedures.events import TaskCancelled, TaskOpened
from zhiyin.procedures.models import Task, Visit

if TYPE_CHECKING:
    from zhiyin.procedures.commands.running import Run


def open_step_tasks(run: Run, visit: Visit, step: Step) -> None:
    """The step's own task for its owner, and those beside it for others."""
    own = _task(run, visit, step, kind=Task.Kind.STEP, key=step.key)
    own.due_at = visit.due_at
    keep_task(own, by_id=run.by_id)
    for beside in tasks_beside(step, run.facts):
        task = _task(run, visit, beside, kind=Task.Kind.BESIDE, key=beside.key)
        task.shows, task.is_required = list(beside.shows), beside.required
        keep_task(task, by_id=run.by_id)
        if beside.clock is not None:
            start_task_clock(run, task, beside)


def keep_task(task: Task, *, by_id: int | None) -> Task:
    """Store a new task and tell of it."""
    task.save(force_insert=True)
    emit(TaskOpened(ticket_id=task.ticket_id, task_id=task.pk, by_id=by_id, at=task.created_at))
    return task


def drop_tasks(tasks: Iterable[Task] | QuerySet[Task], *, by: Staff | None, now: datetime) -> None:
    """Cancel open tasks that nobody needs any more."""
    for task in tasks:
        task.state, task.settled_at, task.settled_by = Task.State.CANCELLED, now, by
        task.save(update_fields=["state", "settled_at", "settled_by"])
        cancel(task.clock_key(), now=now)
        by_id = by.pk if by else None
        emit(TaskCancelled(ticket_id=task.ticket_id, task_id=task.pk, by_id=by_id, at=now))


def owner_fields(content: Content, owner: Owner, level: int) -> dict[str, Any]:
    """The columns of a task that say whose it is; what was taken away meanwhile names nobody: whoever has the ticket."""
    at_last = owner_at(content, owner, level)
    match at_last.to:
        case "role":
            return {"role": Role.objects.filter(code=at_last.role).first()}
        case "group":
            return {"group": Group.objects.filter(pk=at_last.id or 0).first()}
        case "skill":
            return {"skill": Skill.objects.filter(pk=at_last.id or 0).first()}
        case "person":
            return {"assignee": Staff.objects.active().filter(pk=at_last.id or 0).first()}
    return {}


def _task(run: Run, visit: Visit, work: Work, *, kind: str, key: str) -> Task:
    return Task(
        ticket=run.ticket,
        case=run.case,
        visit=visit,
        kind=kind,
        key=key,
        title_zh=work.zh,
        title_en=work.en,
        about_zh=work.about_zh,
        about_en=work.about_en,
        fields=[field.model_dump() for field in work.fields],
        checks=[
            {"zh": check.zh, "en": check.en, "done_by": None, "done_at": None} for check in work.checklist
        ],
        created_by=run.by,
        created_at=run.now,
        **owner_fields(run.content, work.owner, run.case.level),
    )
