"""Tasks: one's list, one task, and how it went."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.handing import Request, ask_for, hand_on, hand_up, withdraw_task
from zhiyin.procedures.commands.working import Settlement, fill_task, settle_task, take_task, tick_check
from zhiyin.procedures.models import Task
from zhiyin.procedures.queries.receivers import receivers_of
from zhiyin.procedures.queries.tasks import COUNTED_UP_TO, count_mine, task_in_full, tasks_of
from zhiyin.procedures.shapes import TaskCount, TaskPage, TaskShape, task_row, task_shape

WORK = needs("tasks.work")
LONGEST_NOTE = 10_000


class RequestBody(Schema):
    """What is asked of whom: a colleague, a group, or whoever has a skill."""

    title: str = Field(min_length=1, max_length=200, pattern=r"\S")
    about: str = Field("", max_length=2000)
    group_id: int | None = None
    skill_id: int | None = None
    assignee_id: int | None = None
    due_at: AwareDatetime | None = None
    shows: list[Literal["customer", "conversation"]] = Field(default_factory=list, max_length=2)


class ValuesBody(Schema):
    values: dict[str, Any]


class OutcomeBody(Schema):
    outcome: str = Field(max_length=50)
    values: dict[str, Any] = Field(default_factory=dict)
    note: str = Field("", max_length=LONGEST_NOTE)


class TickBody(Schema):
    done: bool


class TaskHandOverBody(Schema):
    """To a colleague or a group; or `up`, to the next rung of the escalation path."""

    staff_id: int | None = None
    group_id: int | None = None
    up: bool = False
    note: str = Field(min_length=1, max_length=LONGEST_NOTE, pattern=r"\S")


class ReceiversShape(Shape):
    people: list[Named]
    groups: list[Named]


@router.get("/tasks", response=TaskPage, auth=WORK)
def get_tasks(
    request: Signed,
    which: Literal["mine", "all", "done"] = "mine",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """One page: what is open for you, open for anybody you may see, or done, the latest first."""
    page = tasks_of(which=which, cursor=cursor, limit=limit, by=request.auth)
    return TaskPage(items=[task_row(task) for task in page.items], next_cursor=page.next_cursor)


@router.get("/tasks/count", response=TaskCount, auth=WORK)
def get_task_count(request: Signed) -> Any:
    """How many are open for you, counted up to `capped_at`."""
    return TaskCount(mine=count_mine(by=request.auth), capped_at=COUNTED_UP_TO)


@router.get("/tasks/{int:task_id}", response=TaskShape, auth=WORK)
def get_task(request: Signed, task_id: int) -> Any:
    """A task with its form, its outcomes and what it shows of the ticket."""
    return _one(task_id, request.auth)


@router.get("/tasks/{int:task_id}/receivers", response=ReceiversShape, auth=WORK)
def get_receivers(request: Signed, task_id: int) -> Any:
    """To whom you may give it: any colleague where you see colleagues, else those whose task it is by its owner."""
    return receivers_of(Task.objects.visible_to(request.auth).get(pk=task_id), by=request.auth)


@router.post("/tickets/{int:ticket_id}/tasks", response={201: TaskShape}, auth=needs("tickets.reply"))
def post_task(request: Signed, ticket_id: int, body: RequestBody) -> Any:
    """Ask somebody for something on a ticket."""
    task = ask_for(ticket_id=ticket_id, request=Request(**body.dict()), by=request.auth, now=timezone.now())
    return Status(201, task_shape(task_in_full(task_id=task.pk, by=request.auth)))


@router.put("/tasks/{int:task_id}/holder", response=TaskShape, auth=WORK)
def put_holder(request: Signed, task_id: int) -> Any:
    """Take a task of your group, role or skill."""
    take_task(task_id=task_id, by=request.auth, now=timezone.now())
    return _one(task_id, request.auth)


@router.patch("/tasks/{int:task_id}/values", response=TaskShape, auth=WORK)
def patch_values(request: Signed, task_id: int, body: ValuesBody) -> Any:
    """Keep what is filled in so far."""
    fill_task(task_id=task_id, values=body.values, by=request.auth, now=timezone.now())
    return _one(task_id, request.auth)


@router.put("/tasks/{int:task_id}/checks/{int:number}", response=TaskShape, auth=WORK)
def put_check(request: Signed, task_id: int, number: int, body: TickBody) -> Any:
    """Tick an item of the check-list, counted from 0, or take the tick back."""
    tick_check(task_id=task_id, number=number, done=body.done, by=request.auth, now=timezone.now())
    return _one(task_id, request.auth)


@router.post("/tasks/{int:task_id}/outcome", response=TaskShape, auth=WORK)
def post_outcome(request: Signed, task_id: int, body: OutcomeBody) -> Any:
    """Say how it went: an outcome of the step; of other tasks `done` or `refused`."""
    how = Settlement(outcome=body.outcome, values=body.values, note=body.note)
    settle_task(task_id=task_id, how=how, by=request.auth, now=timezone.now())
    return _one(task_id, request.auth)


@router.post("/tasks/{int:task_id}/hand-overs", response={204: None}, auth=WORK)
def post_hand_over(request: Signed, task_id: int, body: TaskHandOverBody) -> Any:
    """Give it on with a note: to a colleague, a group, or up the escalation path. It may be yours to see no more."""
    now = timezone.now()
    if body.up:
        hand_up(task_id=task_id, note=body.note, by=request.auth, now=now)
    else:
        hand_on(
            task_id=task_id,
            to_staff_id=body.staff_id,
            to_group_id=body.group_id,
            note=body.note,
            by=request.auth,
            now=now,
        )
    return Status(204, None)


@router.delete("/tasks/{int:task_id}", response={204: None}, auth=needs("tickets.reply"))
def delete_task(request: Signed, task_id: int) -> Any:
    """Take back something that was asked for by hand."""
    withdraw_task(task_id=task_id, by=request.auth, now=timezone.now())
    return Status(204, None)


def _one(task_id: int, by: Staff) -> TaskShape:
    return task_shape(task_in_full(task_id=task_id, by=by))
