"""Who held a ticket when, what the rules asked meanwhile, and what each did: from the log and the rows, not from memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.procedures.content import Content, read_content
from zhiyin.procedures.models import Approval, HandOver, Task, Visit
from zhiyin.sla.models import Clock
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.queries.aliases import family_of

MOST_EVENTS = 2000
EXCERPT = 200
MOVES = ("tickets.opened", "tickets.assigned", "tickets.moved")
DEEDS = (
    *MOVES,
    "tickets.reopened",
    "tickets.set_pending",
    "tickets.put_on_hold",
    "tickets.resolved",
    "tickets.closed",
    "tickets.edited",
    "tickets.merged",
    "tickets.unmerged",
    "tickets.split",
    "tickets.marked_as_spam",
    "tickets.snoozed",
    "tickets.woken",
    "tickets.solved_by_customer",
    "tickets.reply_undone",
    "procedures.started",
    "procedures.ended",
    "procedures.cancelled",
    "procedures.case_moved",
    "procedures.paused",
    "procedures.resumed",
    "procedures.drawn_for_review",
    "procedures.reviewed",
)


@dataclass(frozen=True)
class Held:
    """A stretch in which the ticket was with somebody, or with nobody of a group."""

    staff: Staff | None
    group: Group | None
    since: datetime
    until: datetime | None  # None: it still is


@dataclass(frozen=True)
class Deed:
    """Something that was done: by whom, which fact or row tells it, and its words."""

    at: datetime
    what: str
    by: Staff | None
    zh: str = ""
    en: str = ""
    text: str = ""
    by_customer: bool = False


@dataclass(frozen=True)
class Demand:
    """Something the rules asked: from when, until when, and what came of it."""

    kind: str  # step | task | approval | clock
    zh: str
    en: str
    since: datetime
    due_at: datetime | None
    met_at: datetime | None
    met_by: Staff | None
    is_late: bool
    target_minutes: int | None = None
    of: str = ""  # of a clock: its track and metric


@dataclass(frozen=True)
class Record:
    held: list[Held]
    deeds: list[Deed]
    demands: list[Demand]


def record_of(ticket: Ticket, *, now: datetime) -> Record:
    """The whole record of a ticket and of all that was merged into it; a fixed number of queries."""
    family = family_of(ticket.pk)
    subjects = [f"ticket:{pk}" for pk in family]
    events = list(
        Event.objects.filter(subject__in=subjects, type__in=DEEDS).order_by("position")[:MOST_EVENTS]
    )
    named = {event.payload.get(name) for event in events for name in ("by_id", "to_id", "from_id")}
    people = Staff.objects.in_bulk(named - {None})
    groups = Group.objects.in_bulk()
    deeds = [*_told(events, people), *_said(family), *_worked(family)]
    demands = [*_steps(family, now), *_tasks(family, now), *_approvals(family, now), *_clocks(family)]
    return Record(
        held=list(_held(ticket, events, people, groups)),
        deeds=sorted(deeds, key=lambda deed: deed.at),
        demands=sorted(demands, key=lambda demand: demand.since),
    )


def _held(
    ticket: Ticket, events: Sequence[Event], people: dict[int, Staff], groups: dict[int, Group]
) -> Iterator[Held]:
    """Stretches between assignments and moves of the ticket itself."""
    moves = [one for one in events if one.type in MOVES and one.payload["ticket_id"] == ticket.pk]
    first_group = next(
        (one.payload["from_group_id"] for one in moves if one.type == "tickets.moved"), ticket.group_id
    )
    first_staff = next(
        (one.payload["from_id"] for one in moves if one.type == "tickets.assigned"), ticket.assignee_id
    )
    staff_id, group_id, since = first_staff, first_group, ticket.created_at
    for move in moves:
        if move.type == "tickets.opened":
            continue
        to_staff = move.payload["to_id"] if move.type == "tickets.assigned" else staff_id
        to_group = move.payload["to_group_id"] if move.type == "tickets.moved" else group_id
        if (to_staff, to_group) == (staff_id, group_id):
            continue
        if move.at > since:
            yield Held(people.get(staff_id or 0), groups.get(group_id or 0), since, move.at)
        staff_id, group_id, since = to_staff, to_group, move.at
    end = None if ticket.is_active else ticket.solved_at
    if end is None or end > since:
        yield Held(people.get(staff_id or 0) or ticket.assignee, groups.get(group_id or 0), since, end)


def _told(events: Iterable[Event], people: dict[int, Staff]) -> Iterator[Deed]:
    for event in events:
        to = people.get(event.payload.get("to_id") or 0)
        yield Deed(
            event.at, event.type, people.get(event.payload.get("by_id") or 0), text=to.name if to else ""
        )


def _said(family: Sequence[int]) -> Iterator[Deed]:
    rows = Message.objects.filter(ticket__in=family).select_related("staff", "inbound", "delivery")
    for message in rows.order_by("at")[:MOST_EVENTS]:
        source = message.inbound or message.delivery
        text = source.text if source else message.text
        yield Deed(
            message.at,
            f"message.{message.kind}",
            message.staff,
            text=" ".join(text.split())[:EXCERPT],
            by_customer=message.kind == Message.Kind.INBOUND,
        )


def _worked(family: Sequence[int]) -> Iterator[Deed]:
    """Steps left, tasks settled and given on."""
    contents: dict[int, Content] = {}
    left = Visit.objects.filter(case__ticket__in=family, left_at__isnull=False).exclude(outcome="")
    for visit in left.select_related("case__version", "left_by"):
        step = _content(visit, contents).step(visit.step)
        outcome = next((one for one in step.outcomes if one.key == visit.outcome), None) if step else None
        if step and outcome and visit.left_at:
            zh, en = f"{step.zh} → {outcome.zh}", f"{step.en} → {outcome.en}"
            yield Deed(visit.left_at, "step_left", visit.left_by, zh, en, visit.note)
    done = Task.objects.filter(ticket__in=family, state=Task.State.DONE).exclude(kind=Task.Kind.STEP)
    for task in done.select_related("settled_by"):
        assert task.settled_at is not None
        yield Deed(
            task.settled_at, f"task_{task.outcome}", task.settled_by, task.title_zh, task.title_en, task.note
        )
    given = HandOver.objects.filter(task__ticket__in=family).select_related(
        "task", "to_staff", "to_group", "by"
    )
    for one in given:
        to = one.to_staff or one.to_group
        name = f" → {to.name}" if to else ""
        yield Deed(
            one.at, "handed_over", one.by, one.task.title_zh + name, one.task.title_en + name, one.note
        )


def _steps(family: Sequence[int], now: datetime) -> Iterator[Demand]:
    contents: dict[int, Content] = {}
    rows = Visit.objects.filter(case__ticket__in=family).select_related("case__version", "left_by")
    for visit in rows:
        step = _content(visit, contents).step(visit.step)
        if step is None or step.kind == "end":
            continue
        late = visit.due_at is not None and (visit.left_at or now) > visit.due_at
        yield Demand(
            "step", step.zh, step.en, visit.entered_at, visit.due_at, visit.left_at, visit.left_by, late
        )


def _tasks(family: Sequence[int], now: datetime) -> Iterator[Demand]:
    rows = Task.objects.filter(ticket__in=family).exclude(kind=Task.Kind.STEP)
    for task in rows.exclude(state=Task.State.CANCELLED).select_related("settled_by"):
        late = task.due_at is not None and (task.settled_at or now) > task.due_at
        yield Demand(
            "task",
            task.title_zh,
            task.title_en,
            task.created_at,
            task.due_at,
            task.settled_at,
            task.settled_by,
            late,
        )


def _approvals(family: Sequence[int], now: datetime) -> Iterator[Demand]:
    for one in Approval.objects.filter(ticket__in=family):
        late = one.due_at is not None and (one.settled_at or now) > one.due_at
        yield Demand(
            "approval", "审批", "Approval", one.asked_at, one.due_at, one.settled_at, None, late, of=one.kind
        )


def _clocks(family: Sequence[int]) -> Iterator[Demand]:
    """The promises of service levels; those of steps are told with the steps."""
    for clock in Clock.objects.filter(ticket__in=family).exclude(track="procedure"):
        yield Demand(
            "clock",
            clock.name,
            clock.name,
            clock.activated_at,
            clock.due_at,
            clock.ended_at,
            None,
            clock.breached_at is not None,
            clock.target_minutes,
            f"{clock.track}.{clock.metric}",
        )


def _content(visit: Visit, kept: dict[int, Content]) -> Content:
    version = visit.case.version
    if version.pk not in kept:
        kept[version.pk] = read_content(version.content)
    return kept[version.pk]
