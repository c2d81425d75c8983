"""Working on tasks: taking them, filling them in, ticking them off, and saying how they went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.clocking import fulfil
from zhiyin.procedures.commands.naming import keep_files, not_there
from zhiyin.procedures.commands.running import Run, leave
from zhiyin.procedures.content import FormField
from zhiyin.procedures.engine import Filled, fill, outcome_of
from zhiyin.procedures.events import TaskDone, TaskTaken
from zhiyin.procedures.models import Case, Task
from zhiyin.procedures.policies import may_settle
from zhiyin.procedures.queries.situation import facts_of
from zhiyin.tickets.commands.filling import FieldsDoNotFit, FieldsMissing
from zhiyin.tickets.models import Ticket

BESIDE_OUTCOMES = ("done", "refused")  # of tasks that are no step


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """How a task went."""

    outcome: str
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


class TaskSettled(DomainError):
    code = "procedures.task_settled"
    status = 409
    messages = {
        "zh": "这项任务已经处理完了，请刷新后查看结果。",
        "en": "This task is settled already; look at it again to see how.",
    }


class TaskPaused(DomainError):
    code = "procedures.task_paused"
    status = 409
    messages = {
        "zh": "这项任务已暂停：工单被标为垃圾信息或已并入其他工单。撤销后会继续。",
        "en": "This task is paused: its ticket was marked as spam or merged. It goes on when that is undone.",
    }


class NotYourTask(DomainError):
    code = "procedures.not_your_task"
    status = 403
    messages = {
        "zh": "这项任务由{owner_zh}负责，请转告他们，或请主管改派。",
        "en": "This task is for {owner_en}; tell them, or ask a lead to give it to you.",
    }


class TakenByOther(DomainError):
    code = "procedures.task_taken"
    status = 409
    messages = {"zh": "{by_name} 已先领取了这项任务。", "en": "{by_name} was faster and has this task now."}


class NoSuchOutcome(DomainError):
    code = "procedures.no_such_outcome"
    status = 422
    messages = {
        "zh": "目前不能选择这个去向：它不存在，或条件还不满足。",
        "en": "That outcome can't be chosen now: it does not exist, or its conditions do not hold.",
    }


class NoteNeeded(DomainError):
    code = "procedures.note_needed"
    status = 422
    messages = {
        "zh": "请写一句说明，让后面的人看得懂。",
        "en": "Say in a sentence why, for those who come after.",
    }


class NotComplete(DomainError):
    code = "procedures.not_complete"
    status = 409
    messages = {
        "zh": "还不能完成：请先勾完清单、等并行任务结束（{zh}）。",
        "en": "Not yet: tick off the check-list and let the tasks beside end first ({en}).",
    }


def lock_task(*, task_id: int, by: Staff) -> tuple[Task, Ticket]:
    """An open task the person may settle, with its ticket; both locked.

    Raises Task.DoesNotExist, TaskSettled, TaskPaused, NotYourTask.
    """
    seen = Task.objects.visible_to(by).get(pk=task_id)
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=seen.ticket_id)
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id)
    if task.state == Task.State.PAUSED:
        raise TaskPaused
    if not task.is_open:
        raise TaskSettled
    roles = set(by.roles.values_list("pk", flat=True))
    skills = set(by.skills.values_list("pk", flat=True))
    if not may_settle(task, by, role_ids=roles, skill_ids=skills):
        raise NotYourTask(**_owner_words(task))
    return task, ticket


@transaction.atomic
def take_task(*, task_id: int, by: Staff, now: datetime) -> Task:
    """Take a task of one's group, role or skill. Raises TakenByOther, and what lock_task raises."""
    task, _ = lock_task(task_id=task_id, by=by)
    if task.assignee_id not in (None, by.pk):
        raise TakenByOther(by_name=task.assignee.name if task.assignee else "")
    if task.assignee_id is None:
        task.assignee = by
        task.save(update_fields=["assignee"])
        emit(TaskTaken(ticket_id=task.ticket_id, task_id=task.pk, by_id=by.pk, at=now))
    return task


@transaction.atomic
def fill_task(*, task_id: int, values: Mapping[str, Any], by: Staff, now: datetime) -> Task:
    """Keep what is filled in so far. Raises FieldsDoNotFit, and what lock_task raises."""
    task, ticket = lock_task(task_id=task_id, by=by)
    _keep(task, ticket, _fitted(task, ticket, values, by))
    return task


@transaction.atomic
def tick_check(*, task_id: int, number: int, done: bool, by: Staff, now: datetime) -> Task:
    """Tick an item of the task's check-list, or take the tick back. Raises what lock_task raises."""
    task, _ = lock_task(task_id=task_id, by=by)
    if not 0 <= number < len(task.checks):
        raise Task.DoesNotExist
    told = {"done_by": by.pk, "done_at": now.isoformat()} if done else {"done_by": None, "done_at": None}
    task.checks[number] |= told
    task.save(update_fields=["checks"])
    return task


@transaction.atomic
def settle_task(*, task_id: int, how: Settlement, by: Staff, now: datetime) -> Task:
    """Say how a task went; a step's task leads its case on.

    Raises FieldsDoNotFit, FieldsMissing, NoSuchOutcome, NoteNeeded, NotComplete, what lock_task raises, and where
    the procedure solves the ticket, what move_to_status raises.
    """
    task, ticket = lock_task(task_id=task_id, by=by)
    filled = _fitted(task, ticket, how.values, by)
    _keep(task, ticket, filled)
    task.note, task.outcome = how.note.strip(), how.outcome
    if task.kind == Task.Kind.STEP:
        _settle_step(task, ticket, filled, by, now)
    else:
        _settle_beside(task, filled, by, now)
    return task


def _settle_step(task: Task, ticket: Ticket, filled: Filled, by: Staff, now: datetime) -> None:
    assert task.case is not None
    assert task.visit is not None
    case = Case.objects.select_for_update(of=("self",)).get(pk=task.case.pk)
    run = Run(case, ticket, by, now)
    outcome = outcome_of(run.step(task.visit.step), task.outcome, run.facts)
    if outcome is None:
        raise NoSuchOutcome
    if outcome.asks_note and not task.note:
        raise NoteNeeded
    if outcome.completes:
        _require(task, filled)
    _finish(task, by, now)
    visit = task.visit
    visit.values = {**visit.values, **task.values}
    leave(run, visit, outcome, note=task.note)


def _settle_beside(task: Task, filled: Filled, by: Staff, now: datetime) -> None:
    if task.outcome not in BESIDE_OUTCOMES:
        raise NoSuchOutcome
    if task.outcome == "done":
        _require(task, filled)
    elif not task.note:
        raise NoteNeeded
    _finish(task, by, now)
    fulfil(task.clock_key(), now=now)


def _finish(task: Task, by: Staff, now: datetime) -> None:
    task.state, task.settled_by, task.settled_at = Task.State.DONE, by, now
    task.assignee = task.assignee or by
    task.save()
    emit(TaskDone(ticket_id=task.ticket_id, task_id=task.pk, outcome=task.outcome, by_id=by.pk, at=now))


def _require(task: Task, filled: Filled) -> None:
    """Everything that finishing takes is there. Raises FieldsMissing, NotComplete."""
    if filled.missing:
        raise FieldsMissing(
            fields=[{"key": one.key, "zh": one.zh, "en": one.en} for one in filled.missing],
            zh="、".join(one.zh for one in filled.missing),
            en=", ".join(one.en for one in filled.missing),
        )
    left = [(check["zh"], check["en"]) for check in task.checks if not check["done_at"]]
    if task.kind == Task.Kind.STEP:
        beside = Task.objects.open().filter(visit=task.visit, kind=Task.Kind.BESIDE, is_required=True)
        left += list(beside.values_list("title_zh", "title_en"))
    if left:
        raise NotComplete(zh="、".join(zh for zh, _ in left), en=", ".join(en for _, en in left))


def _fitted(task: Task, ticket: Ticket, values: Mapping[str, Any], by: Staff) -> Filled:
    fields = [FormField.model_validate(one) for one in task.fields]
    held = {**(task.case.values if task.case else {}), **task.values}
    filled = fill(fields, values, facts_of(ticket, held))
    misfits = dict(filled.misfits) | not_there(fields, filled.values, held, by)
    if misfits:
        names = {one.key: one for one in fields}
        raise FieldsDoNotFit(
            fields={key: misfit.told() for key, misfit in misfits.items()},
            zh=" ".join(
                f"{names[key].zh if key in names else key}: {one.zh}" for key, one in misfits.items()
            ),
            en=" ".join(
                f"{names[key].en if key in names else key}: {one.en}" for key, one in misfits.items()
            ),
        )
    return filled


def _keep(task: Task, ticket: Ticket, filled: Filled) -> None:
    """The values stand on the task, and on its case for conditions and later steps."""
    if not filled.values:
        return
    task.values = _merged(task.values, filled.values)
    task.save(update_fields=["values"])
    keep_files(task, filled.values)
    if task.case is not None:
        case = Case.objects.select_for_update(of=("self",)).get(pk=task.case.pk)
        case.values = _merged(case.values, filled.values)
        case.save(update_fields=["values"])
        task.case = case


def _merged(held: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**held, **told}.items() if value is not None}


def _owner_words(task: Task) -> dict[str, str]:
    for zh, en in (
        (task.assignee and task.assignee.name, task.assignee and task.assignee.name),
        (task.group and task.group.name, task.group and task.group.name),
        (task.role and task.role.name_zh, task.role and task.role.name_en),
        (
            task.skill and f"有“{task.skill.name_zh}”技能的同事",
            task.skill and f"colleagues with the skill {task.skill.name_en}",
        ),
    ):
        if zh and en:
            return {"owner_zh": zh, "owner_en": en}
    return {"owner_zh": "他人", "owner_en": "others"}
