"""Tasks: one's own list, a ticket's, and one with all that its owner needs to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.procedures.content import FormField, Outcome, read_content
from zhiyin.procedures.engine import open_outcomes
from zhiyin.procedures.models import HandOver, Task, TaskQuerySet
from zhiyin.procedures.policies import may_settle
from zhiyin.procedures.queries.situation import facts_of
from zhiyin.tickets.models import Message, Ticket

Which = Literal["mine", "all", "done"]
FAR = datetime(9999, 1, 1, tzinfo=UTC)  # tasks without a due moment come last
COUNTED_UP_TO = 100
MOST_SHOWN = 50  # messages of the conversation
_JOINED = (
    "ticket__customer",
    "ticket__category",
    "case__definition",
    "case__version",
    "visit",
    "group",
    "role",
    "skill",
    "assignee",
    "settled_by",
    "created_by",
)


@dataclass(frozen=True)
class Shown:
    """What of the ticket somebody sees through a task."""

    customer: str | None = None
    tier: str | None = None
    conversation: list[Message] = field(default_factory=list)
    values: list[tuple[FormField, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class TaskInFull:
    task: Task
    may_settle: bool
    may_see_ticket: bool
    may_go_up: bool
    outcomes: list[
        tuple[Outcome, bool, tuple[str, str]]
    ]  # with whether it may be chosen now, and the next step's names
    shown: Shown
    hand_overs: list[HandOver]
    customers: list[Customer]  # that answers name
    files: list[StoredFile]


def tasks_of(*, which: Which, cursor: str | None, limit: int, by: Staff) -> Page[Task]:
    """One page: what is open for this person, open for anybody they may see, or done lately."""
    rows = Task.objects.visible_to(by).select_related(*_JOINED)
    if which == "done":
        settled = rows.filter(settled_at__isnull=False)
        return keyset_page(settled, order=("-settled_at", "-id"), cursor=cursor, limit=limit)
    wanted: QuerySet[Task] = rows.open() if which == "all" else rows.open().theirs(by).distinct()
    dated = wanted.annotate(due=Coalesce("due_at", FAR))
    return keyset_page(dated, order=("due", "id"), cursor=cursor, limit=limit)


def count_mine(*, by: Staff) -> int:
    """How many are open for this person, counted up to COUNTED_UP_TO."""
    return Task.objects.visible_to(by).open().theirs(by).distinct()[:COUNTED_UP_TO].count()


def tasks_of_ticket(ticket: Ticket) -> list[Task]:
    """All of a ticket, the open ones first."""
    rows: TaskQuerySet = Task.objects.filter(ticket=ticket)
    return list(rows.select_related(*_JOINED).order_by("-state", "id"))


def task_in_full(*, task_id: int, by: Staff) -> TaskInFull:
    """One task with its form, its outcomes and what it shows. Raises Task.DoesNotExist."""
    task = Task.objects.visible_to(by).select_related(*_JOINED).get(pk=task_id)
    sees = (
        Ticket.objects.visible_to(by).filter(pk=task.ticket_id).exists() if by.may("tickets.read") else False
    )
    roles = set(by.roles.values_list("pk", flat=True))
    skills = set(by.skills.values_list("pk", flat=True))
    hand_overs = task.hand_overs.select_related("from_staff", "to_staff", "to_group", "by").order_by(
        "at", "pk"
    )
    return TaskInFull(
        task=task,
        may_settle=task.is_open and may_settle(task, by, role_ids=roles, skill_ids=skills),
        may_see_ticket=sees,
        may_go_up=_may_go_up(task),
        outcomes=_outcomes(task),
        shown=_shown(task, sees=sees),
        hand_overs=list(hand_overs),
        **_named(task, sees=sees),
    )


def _named(task: Task, *, sees: bool) -> dict[str, Any]:
    """The customers and files that the answers name which this person sees: of the form, and of what is shown beside it."""
    own = {one["key"]: one["kind"] for one in task.fields}
    asked = {one.key: one.kind for one, _ in _values(task, None if sees else set(task.shows))} | own
    held = {**(task.case.values if task.case else {}), **task.values}
    customers = [held[key] for key, kind in asked.items() if kind == "customer" and key in held]
    files = [pk for key, kind in asked.items() if kind == "file" for pk in held.get(key, [])]
    return {
        "customers": list(Customer.objects.filter(pk__in=customers)) if customers else [],
        "files": list(StoredFile.objects.filter(pk__in=files).order_by("pk")) if files else [],
    }


def _may_go_up(task: Task) -> bool:
    if task.case is None or task.kind != Task.Kind.STEP:
        return False
    return task.case.level + 1 < len(read_content(task.case.version.content).levels)


def _outcomes(task: Task) -> list[tuple[Outcome, bool, tuple[str, str]]]:
    if task.kind != Task.Kind.STEP or task.case is None or task.visit is None:
        return []
    content = read_content(task.case.version.content)
    step = content.step(task.visit.step)
    if step is None:
        return []
    possible = open_outcomes(step, facts_of(task.ticket, task.case.values))
    named = {one.key: (one.zh, one.en) for one in content.steps}
    return [(one, one in possible, named.get(one.to, ("", ""))) for one in step.outcomes]


def _shown(task: Task, *, sees: bool) -> Shown:
    wanted = set(task.shows)
    customer = task.ticket.customer if sees or "customer" in wanted else None
    return Shown(
        customer=customer.name if customer else None,
        tier=customer.tier if customer else None,
        conversation=_conversation(task) if "conversation" in wanted and not sees else [],
        values=_values(task, None if sees else wanted),
    )


def _conversation(task: Task) -> list[Message]:
    """What was said with the customer, without notes; the newest, and of a settled task until then."""
    said = Message.objects.filter(ticket=task.ticket).exclude(kind=Message.Kind.NOTE)
    if task.settled_at is not None:
        said = said.filter(at__lte=task.settled_at)
    newest = said.select_related("inbound", "delivery", "staff", "customer").order_by("-at", "-id")[
        :MOST_SHOWN
    ]
    return list(newest)[::-1]


def _values(task: Task, wanted: Iterable[str] | None) -> list[tuple[FormField, Any]]:
    """What was filled in so far: all of it (None), or what the task shows; its own questions stand in its form."""
    if task.case is None:
        return []
    own = {one["key"] for one in task.fields}
    fields = read_content(task.case.version.content).all_fields()
    held = task.case.values
    return [
        (asked, held[key])
        for key, asked in fields.items()
        if key in held and key not in own and (wanted is None or key in wanted)
    ]
