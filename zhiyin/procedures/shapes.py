"""The JSON shapes of procedures, cases and tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.content import FormField, Outcome
from zhiyin.procedures.models import Definition, HandOver, Task, Version, Visit
from zhiyin.procedures.queries.cases import CaseInFull, StepOnTheWay
from zhiyin.procedures.queries.tasks import Shown, TaskInFull
from zhiyin.tickets.models import Message
from zhiyin.tickets.queries.timeline import AttachedFile
from zhiyin.tickets.shapes import AttachmentShape, attachment_shape


class Words(Shape):
    zh: str
    en: str


class ProcedureRow(Shape):
    id: int
    key: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    active: bool
    latest: int = Field(description="the number of its newest version")
    begins_itself: bool = Field(False, description="its newest version begins on some tickets by itself")
    running: int = Field(0, description="cases that run now")


class ProcedureShape(ProcedureRow):
    starts: dict[str, Any] = Field(
        description="conditions under which it begins by itself; empty: by hand only"
    )
    content: dict[str, Any] = Field(description="what its newest version says")


class VersionShape(Shape):
    number: int
    published_at: datetime
    published_by: Named | None
    running: int = Field(0, description="cases that run on it now")


class ProblemShape(Shape):
    place: str = Field(description="the way through the content: steps.3.outcomes.1.to")
    zh: str
    en: str


class TaskOwner(Shape):
    """Whose a task is: a person, a group, a role, whoever has a skill, or whoever has the ticket."""

    kind: str
    id: int | None
    zh: str
    en: str


class TaskRow(Shape):
    id: int
    ticket_id: int
    subject: str
    procedure: Words | None
    kind: str
    title: Words
    owner: TaskOwner
    assignee: Named | None
    due_at: datetime | None
    overdue_at: datetime | None
    state: str
    outcome: str
    is_required: bool
    created_at: datetime
    settled_at: datetime | None
    settled_by: Named | None
    note: str


class TaskPage(Shape):
    items: list[TaskRow]
    next_cursor: str | None


class TaskCount(Shape):
    mine: int
    capped_at: int


class OutcomeShape(Shape):
    key: str
    zh: str
    en: str
    leads_to: Words
    asks_note: bool
    completes: bool
    may_be_chosen: bool = Field(description="its conditions hold as things stand")


class SpokenShape(Shape):
    by_customer: bool
    author: str
    text: str
    at: datetime


class ValueShape(Shape):
    key: str
    kind: str
    zh: str
    en: str
    rules: dict[str, Any]
    value: Any


class ShownShape(Shape):
    """What of the ticket is seen through the task."""

    customer: str | None
    tier: str | None
    conversation: list[SpokenShape]
    values: list[ValueShape]


class HandOverShape(Shape):
    id: int
    from_name: str
    to_name: str
    level: int | None
    note: str
    by: Named
    at: datetime


class TaskShape(TaskRow):
    about: Words
    fields: list[FormField]
    values: dict[str, Any]
    case_values: dict[str, Any] = Field(
        description="what the form's conditions may look at beside its own values"
    )
    checks: list[dict[str, Any]]
    outcomes: list[OutcomeShape] = Field(description="of a step; other tasks are done or refused")
    shown: ShownShape
    hand_overs: list[HandOverShape]
    customers: list[Named] = Field(description="that the answers name")
    files: list[AttachmentShape] = Field(description="that the answers hold")
    may_settle: bool
    may_see_ticket: bool
    may_go_up: bool


class StayShape(Shape):
    id: int
    entered_at: datetime
    due_at: datetime | None
    left_at: datetime | None
    left_by: Named | None
    outcome: Words | None
    note: str


class WayShape(Shape):
    key: str
    kind: str
    zh: str
    en: str
    state: str = Field(description="done, now or ahead")
    stays: list[StayShape]


class RungShape(Shape):
    zh: str
    en: str


class WaitingFor(Shape):
    """What the present step waits for where that is nobody's task."""

    kind: str = Field(description="call, approval or procedure")
    approval_id: int | None
    approval_state: str | None
    note: str


class CaseShape(Shape):
    id: int
    procedure_id: int
    name_zh: str
    name_en: str
    version: int
    latest: int
    state: str
    paused_for: str = Field(description="spam or merge, while it stands still")
    is_inside: bool = Field(description="a sub-procedure of another case")
    started_at: datetime
    started_by: Named | None
    ended_at: datetime | None
    result: Words | None
    level: int
    levels: list[RungShape]
    way: list[WayShape]
    task_id: int | None
    waits_for: WaitingFor | None


def named(one: Any) -> Named | None:
    return Named(id=one.pk, name=one.name) if one is not None else None


def procedure_shape(definition: Definition, version: Version) -> ProcedureShape:
    row = ProcedureRow.from_orm(definition)
    return ProcedureShape(**row.model_dump(), starts=version.starts, content=version.content)


def owner_shape(task: Task) -> TaskOwner:
    if task.group is not None:
        return TaskOwner(kind="group", id=task.group.pk, zh=task.group.name, en=task.group.name)
    if task.role is not None:
        return TaskOwner(kind="role", id=task.role.pk, zh=task.role.name_zh, en=task.role.name_en)
    if task.skill is not None:
        return TaskOwner(kind="skill", id=task.skill.pk, zh=task.skill.name_zh, en=task.skill.name_en)
    if task.assignee is not None:
        return TaskOwner(kind="person", id=task.assignee.pk, zh=task.assignee.name, en=task.assignee.name)
    return TaskOwner(kind="assignee", id=None, zh="工单负责人", en="Ticket's assignee")


def task_row(task: Task) -> TaskRow:
    case = task.case
    return TaskRow(
        id=task.pk,
        ticket_id=task.ticket_id,
        subject=task.ticket.subject,
        procedure=Words(zh=case.definition.name_zh, en=case.definition.name_en) if case else None,
        kind=task.kind,
        title=Words(zh=task.title_zh, en=task.title_en),
        owner=owner_shape(task),
        assignee=named(task.assignee),
        due_at=task.due_at,
        overdue_at=task.overdue_at,
        state=task.state,
        outcome=task.outcome,
        is_required=task.is_required,
        created_at=task.created_at,
        settled_at=task.settled_at,
        settled_by=named(task.settled_by),
        note=task.note,
    )


def task_shape(full: TaskInFull) -> TaskShape:
    task = full.task
    own = {one["key"] for one in task.fields}
    conditions = {one["key"] for asked in task.fields for one in asked["shown_when"] if one["key"]}
    values = task.case.values if task.case else {}
    return TaskShape(
        **task_row(task).model_dump(),
        about=Words(zh=task.about_zh, en=task.about_en),
        fields=[FormField.model_validate(one) for one in task.fields],
        values={key: value for key, value in values.items() if key in own} | task.values,
        case_values={key: values[key] for key in conditions - own if key in values},
        checks=task.checks,
        outcomes=[_outcome(*one) for one in full.outcomes],
        shown=_shown(full.shown),
        hand_overs=[_hand_over(one) for one in full.hand_overs],
        customers=[Named(id=one.pk, name=one.name) for one in full.customers],
        files=[attachment_shape(AttachedFile(one)) for one in full.files],
        may_settle=full.may_settle,
        may_see_ticket=full.may_see_ticket,
        may_go_up=full.may_go_up,
    )


def case_shape(full: CaseInFull) -> CaseShape:
    case = full.case
    end = full.content.step(case.result)
    return CaseShape(
        id=case.pk,
        procedure_id=case.definition_id,
        name_zh=case.definition.name_zh,
        name_en=case.definition.name_en,
        version=case.version.number,
        latest=case.definition.latest,
        state=case.state,
        paused_for=case.paused_for,
        is_inside=case.parent_id is not None,
        started_at=case.started_at,
        started_by=named(case.started_by),
        ended_at=case.ended_at,
        result=Words(zh=end.zh, en=end.en) if end else None,
        level=case.level,
        levels=[RungShape(zh=rung.zh, en=rung.en) for rung in full.content.levels],
        way=[_way(step) for step in full.way],
        task_id=full.task.pk if full.task and full.task.is_open else None,
        waits_for=_waits_for(full),
    )


def _outcome(outcome: Outcome, may_be_chosen: bool, leads_to: tuple[str, str]) -> OutcomeShape:
    return OutcomeShape(
        key=outcome.key,
        zh=outcome.zh,
        en=outcome.en,
        leads_to=Words(zh=leads_to[0], en=leads_to[1]),
        asks_note=outcome.asks_note,
        completes=outcome.completes,
        may_be_chosen=may_be_chosen,
    )


def _shown(shown: Shown) -> ShownShape:
    return ShownShape(
        customer=shown.customer,
        tier=shown.tier,
        conversation=[_spoken(message) for message in shown.conversation],
        values=[
            ValueShape(key=one.key, kind=one.kind, zh=one.zh, en=one.en, rules=one.rules, value=value)
            for one, value in shown.values
        ],
    )


def _spoken(message: Message) -> SpokenShape:
    source = message.inbound or message.delivery
    author = message.customer if message.kind == Message.Kind.INBOUND else message.staff
    return SpokenShape(
        by_customer=message.kind == Message.Kind.INBOUND,
        author=author.name if author else "",
        text=source.text if source else "",
        at=message.at,
    )


def _hand_over(one: HandOver) -> HandOverShape:
    to = one.to_staff or one.to_group
    return HandOverShape(
        id=one.pk,
        from_name=one.from_staff.name if one.from_staff else "",
        to_name=to.name if to else "",
        level=one.level,
        note=one.note,
        by=Named(id=one.by.pk, name=one.by.name),
        at=one.at,
    )


def _way(on_the_way: StepOnTheWay) -> WayShape:
    step = on_the_way.step
    words = {outcome.key: Words(zh=outcome.zh, en=outcome.en) for outcome in step.outcomes}
    return WayShape(
        key=step.key,
        kind=step.kind,
        zh=step.zh,
        en=step.en,
        state=on_the_way.state,
        stays=[_stay(visit, words) for visit in on_the_way.visits],
    )


def _stay(visit: Visit, words: dict[str, Words]) -> StayShape:
    return StayShape(
        id=visit.pk,
        entered_at=visit.entered_at,
        due_at=visit.due_at,
        left_at=visit.left_at,
        left_by=named(visit.left_by),
        outcome=words.get(visit.outcome),
        note=visit.note,
    )


def _waits_for(full: CaseInFull) -> WaitingFor | None:
    if full.present is None or full.task is not None:
        return None
    step = full.content.step(full.present.step)
    return WaitingFor(
        kind=step.kind if step else "",
        approval_id=full.approval.pk if full.approval else None,
        approval_state=full.approval.state if full.approval else None,
        note=full.present.note,
    )
