"""Giving tasks on, and asking colleagues for something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.clocking import start_clock_until
from zhiyin.procedures.commands.opening import drop_tasks, keep_task, owner_fields
from zhiyin.procedures.commands.running import Run
from zhiyin.procedures.commands.working import lock_task
from zhiyin.procedures.engine import rung_at
from zhiyin.procedures.events import TaskHandedOver
from zhiyin.procedures.models import Case, HandOver, Task
from zhiyin.tickets.commands.assigning import NoSuchColleague, assign_ticket, move_ticket
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.queries.aliases import lock_root


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of whom. `shows` is what they see of the ticket: customer, conversation."""

    title: str
    about: str = ""
    group_id: int | None = None
    skill_id: int | None = None
    assignee_id: int | None = None
    due_at: datetime | None = None
    shows: list[str] = field(default_factory=list)


class NobodyNamed(DomainError):
    code = "procedures.nobody_named"
    status = 422
    messages = {
        "zh": "请选择一位同事、一个小组或一项技能。",
        "en": "Name a colleague, a group or a skill.",
    }


class TopOfThePath(DomainError):
    code = "procedures.top_of_the_path"
    status = 409
    messages = {
        "zh": "已经在升级路径的最高一级，不能再升级；可以直接转给同事。",
        "en": "This is the top of the escalation path; hand it to a colleague instead.",
    }


@transaction.atomic
def hand_on(
    *, task_id: int, to_staff_id: int | None, to_group_id: int | None, note: str, by: Staff, now: datetime
) -> Task:
    """Give a task to a colleague or a group, with what they must know. Raises NobodyNamed, NoSuchColleague."""
    task, _ = lock_task(task_id=task_id, by=by)
    to = Staff.objects.active().filter(pk=to_staff_id).first() if to_staff_id else None
    if to_staff_id and to is None:
        raise NoSuchColleague(assignee_id=to_staff_id)
    group = Group.objects.get(pk=to_group_id) if to_group_id else None
    if to is None and group is None:
        raise NobodyNamed
    was = task.assignee
    if to is None:
        task.group, task.role, task.skill = group, None, None
    task.assignee = to
    task.save(update_fields=["group", "role", "skill", "assignee"])
    _tell(task, was, note, by, now)
    return task


@transaction.atomic
def hand_up(*, task_id: int, note: str, by: Staff, now: datetime) -> Task:
    """Hand a step up the escalation path: to the next rung's owner, and the ticket too where the path says so.

    Raises TopOfThePath, what lock_task raises; where the ticket goes along, Ticket.DoesNotExist for who may not.
    """
    task, ticket = lock_task(task_id=task_id, by=by)
    if task.case is None:
        raise TopOfThePath
    case = Case.objects.select_for_update(of=("self",)).get(pk=task.case.pk)
    run = Run(case, ticket, by, now)
    rung = rung_at(run.content, case.level + 1)
    if rung is None:
        raise TopOfThePath
    case.level += 1
    case.save(update_fields=["level"])
    was, task.assignee = task.assignee, None
    task.group = task.role = task.skill = None
    for name, value in owner_fields(run.content, rung.owner, case.level).items():
        setattr(task, name, value)
    task.save(update_fields=["group", "role", "skill", "assignee"])
    if rung.moves_ticket and task.group_id is not None:
        move_ticket(ticket_id=ticket.pk, group_id=task.group_id, by=by, now=now)
        assign_ticket(ticket_id=ticket.pk, assignee_id=None, by=by, now=now)
    _tell(task, was, note, by, now, level=case.level)
    return task


@transaction.atomic
def ask_for(*, ticket_id: int, request: Request, by: Staff, now: datetime) -> Task:
    """Ask a colleague, a group or whoever has a skill for something on a ticket. Raises NobodyNamed."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    if not (request.assignee_id or request.group_id or request.skill_id):
        raise NobodyNamed
    if request.assignee_id and not Staff.objects.active().filter(pk=request.assignee_id).exists():
        raise NoSuchColleague(assignee_id=request.assignee_id)
    task = Task(
        ticket=ticket,
        kind=Task.Kind.ASKED,
        title_zh=request.title.strip(),
        title_en=request.title.strip(),
        about_zh=request.about.strip(),
        about_en=request.about.strip(),
        shows=request.shows,
        group_id=request.group_id,
        skill_id=request.skill_id,
        assignee_id=request.assignee_id,
        due_at=request.due_at,
        created_by=by,
        created_at=now,
    )
    keep_task(task, by_id=by.pk)
    start_clock_until(task, now=now)
    return task


@transaction.atomic
def ask_by_rule(
    *, ticket_id: int, source: str, title: str, group_id: int | None, staff_id: int | None, now: datetime
) -> Task | None:
    """Ask for something because a rule says so; None where this source has asked before. Nobody named: the assignee."""
    ticket = lock_root(ticket_id)
    if Task.objects.filter(source=source).exists():
        return None
    task = Task(
        ticket=ticket,
        kind=Task.Kind.ASKED,
        title_zh=title,
        title_en=title,
        group=Group.objects.filter(pk=group_id).first() if group_id else None,
        assignee=Staff.objects.active().filter(pk=staff_id).first() if staff_id else None,
        source=source,
        created_at=now,
    )
    return keep_task(task, by_id=None)


@transaction.atomic
def withdraw_task(*, task_id: int, by: Staff, now: datetime) -> None:
    """Take back something asked for by hand, by who may work on the ticket. A step's task goes with its case only."""
    asked = Task.objects.visible_to(by).open().filter(kind=Task.Kind.ASKED).get(pk=task_id)
    lock_for("tickets.reply", ticket_id=asked.ticket_id, by=by)
    drop_tasks(Task.objects.open().filter(pk=task_id), by=by, now=now)


def _tell(
    task: Task, was: Staff | None, note: str, by: Staff, now: datetime, *, level: int | None = None
) -> None:
    kept = HandOver.objects.create(
        task=task,
        from_staff=was,
        to_staff=task.assignee,
        to_group=task.group if task.assignee is None else None,
        level=level,
        note=note.strip(),
        by=by,
        at=now,
    )
    emit(
        TaskHandedOver(
            ticket_id=task.ticket_id,
            task_id=task.pk,
            hand_over_id=kept.pk,
            level=level,
            by_id=by.pk,
            at=now,
        )
    )
