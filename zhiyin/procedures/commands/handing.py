"""Giving tasks on, and asking colleagues for something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Group, Skill, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.procedures.commands.clocking import start_clock_until
from zhiyin.procedures.commands.opening import drop_tasks, keep_task, owner_fields
from zhiyin.procedures.commands.running import Run
from zhiyin.procedures.commands.working import lock_task
from zhiyin.procedures.engine import rung_at
from zhiyin.procedures.events import TaskHandedOver
from zhiyin.procedures.models import Case, HandOver, Task
from zhiyin.procedures.queries.receivers import receivers_of
from zhiyin.tickets.commands.assigning import NoSuchColleague, assign_ticket, move_ticket
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.queries.aliases import lock_root

LONGEST = timedelta(days=3650)  # that a task may be due ahead
_SOLVED = "solved_by_customer:"  # source of what is asked then, with its case and moment


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
    """Give a task to a colleague or a group, with what they must know: one of those whom `receivers_of` names.

    Raises NobodyNamed, NoSuchColleague, Group.DoesNotExist.
    """
    task, _ = lock_task(task_id=task_id, by=by)
    receivers = receivers_of(task, by=by)
    to = next((one for one in receivers.people if one.pk == to_staff_id), None)
    if to_staff_id and to is None:
        raise NoSuchColleague(assignee_id=to_staff_id)
    group = next((one for one in receivers.groups if one.pk == to_group_id), None)
    if to_group_id and group is None:
        raise Group.DoesNotExist
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
    if task.case is None or task.kind != Task.Kind.STEP:
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
    """Ask a colleague, a group or whoever has a skill for something on a ticket. Raises NobodyNamed, NoSuchColleague, Invalid."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    group = Group.objects.filter(pk=request.group_id).first() if request.group_id else None
    skill = Skill.objects.filter(pk=request.skill_id).first() if request.skill_id else None
    to = Staff.objects.active().filter(pk=request.assignee_id).first() if request.assignee_id else None
    if request.assignee_id and to is None:
        raise NoSuchColleague(assignee_id=request.assignee_id)
    if group is None and skill is None and to is None:
        raise NobodyNamed
    if request.due_at is not None and not now < request.due_at < now + LONGEST:
        raise Invalid(fields={"due_at": "in the past, or too far ahead / 已过去或太远"})
    task = Task(
        ticket=ticket,
        kind=Task.Kind.ASKED,
        title_zh=request.title.strip(),
        title_en=request.title.strip(),
        about_zh=request.about.strip(),
        about_en=request.about.strip(),
        shows=request.shows,
        group=group,
        skill=skill,
        assignee=to,
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
def ask_how_to_go_on(*, ticket_id: int, now: datetime) -> list[Task]:
    """The customer says that it is solved while procedures run: whoever has the ticket, or else its group, is asked to
    lead each to its end or break it off. What was set going for the customer (a refund, a repair) is not taken back."""
    ticket = lock_root(ticket_id)
    running = Case.objects.running().filter(ticket=ticket, parent=None).select_related("definition")
    asked = Task.objects.open().filter(case__in=running, source__startswith=_SOLVED)
    return [
        keep_task(
            Task(
                ticket=ticket,
                case=case,
                kind=Task.Kind.ASKED,
                title_zh=f"客户表示已解决：请走完或中止“{case.definition.name_zh}”",
                title_en=f"The customer says it is solved: end or break off {case.definition.name_en}",
                group_id=ticket.group_id if ticket.assignee_id is None else None,
                source=f"{_SOLVED}{case.pk}:{now.isoformat()}",
                created_at=now,
            ),
            by_id=None,
        )
        for case in running.exclude(pk__in=asked.values("case")).order_by("pk")
    ]


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
