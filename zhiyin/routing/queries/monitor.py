"""What leads see live: queues, what waits in them, and who is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from zhiyin.people.models import Presence, Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.routing.models import Queue, QueueRing, Seat, WorkItem
from zhiyin.routing.queries.expecting import USUAL_HANDLING, Line, states_of
from zhiyin.routing.waiting import QueueState, WaitEstimate, estimate_wait

SHOWN, MOST_SHOWN = 200, 1_000  # pieces of work, unless more are asked for
PEOPLE_SHOWN = 1_000
_AT_RISK = timedelta(minutes=15)


@dataclass(frozen=True)
class QueueNow:
    """`at_risk`: waiting with less than 15 minutes to the deadline, or past it."""

    queue: Queue
    waiting: int
    offered: int
    held: int
    longest_since: datetime | None
    at_risk: int
    ready: int
    estimate: WaitEstimate | None  # for who comes now


@dataclass(frozen=True)
class PersonNow:
    staff: Staff
    state: str
    custom_id: int | None
    reason: str
    since: datetime | None
    load: dict[str, int]
    limits: dict[str, int]
    skills: dict[str, int]


def queues_now(*, by: Staff, now: datetime) -> list[QueueNow]:
    """Every active queue with what the person may see of it; six queries."""
    is_open = Q(state__in=["waiting", "offered", "held", "quiet"])
    rows = (
        WorkItem.objects.visible_to(by)
        .filter(is_open)
        .values("queue_id", "kind")
        .annotate(
            waiting=Count("pk", filter=Q(state="waiting")),
            offered=Count("pk", filter=Q(state="offered")),
            held=Count("pk", filter=Q(state__in=["held", "quiet"])),
            longest_since=Min("entered_at", filter=Q(state="waiting")),
            at_risk=Count("pk", filter=Q(state__in=["waiting", "offered"], due_at__lt=now + _AT_RISK)),
        )
    )
    counted: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        counted[row["queue_id"]].append(dict(row))
    states = states_of([(row["queue_id"], row["kind"]) for row in rows], now=now)
    ready, free = _ready_by_queue()
    return [
        _queue(queue, counted[queue.pk], states, ready[queue.pk], free[queue.pk])
        for queue in Queue.objects.filter(is_active=True).order_by("position", "pk")
    ]


def _queue(
    queue: Queue, lines: list[dict[str, Any]], states: dict[Line, QueueState], ready: int, free: int
) -> QueueNow:
    """The lines of a queue added up; who comes now is taken to join the longest."""
    longest = max(lines, key=lambda line: (line["waiting"], line["held"]), default=None)
    state = (
        states[queue.pk, longest["kind"]]
        if longest is not None
        else QueueState(serving=ready, handling=USUAL_HANDLING, free=free)
    )
    return QueueNow(
        queue,
        sum(line["waiting"] for line in lines),
        sum(line["offered"] for line in lines),
        sum(line["held"] for line in lines),
        min((line["longest_since"] for line in lines if line["longest_since"]), default=None),
        sum(line["at_risk"] for line in lines),
        ready,
        estimate_wait(state, place=(longest["waiting"] if longest is not None else 0) + 1),
    )


def waiting_in(*, queue_id: int | None, by: Staff, limit: int = SHOWN) -> QuerySet[WorkItem]:
    """What waits or is offered, the first in order of rank."""
    items = WorkItem.objects.visible_to(by).filter(state__in=["waiting", "offered"])
    if queue_id is not None:
        items = items.filter(queue_id=queue_id)
    return as_shown(items).order_by("key", "pk")[:limit]


def as_shown(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """With what the monitor shows of work; `can_widen` where its queue has a wider ring."""
    wider = QueueRing.objects.filter(queue=OuterRef("queue"), number__gt=OuterRef("ring"))
    joined = ("ticket__customer", "ticket__channel", "queue", "holder", "last_agent", "moved_by")
    return items.select_related(*joined).annotate(can_widen=Exists(wider))


def people_now(*, by: Staff) -> list[PersonNow]:
    """Those the person leads, with how they stand and what they have; two queries."""
    people = list(
        led_by(by, "routing.read")
        .filter(is_active=True)
        .select_related("presence")
        .order_by("name")[:PEOPLE_SHOWN]
    )
    seats = {seat.pk: seat for seat in Seat.objects.filter(pk__in=[staff.pk for staff in people])}
    return [_person(staff, seats.get(staff.pk)) for staff in people]


def _person(staff: Staff, seat: Seat | None) -> PersonNow:
    presence: Presence | None = getattr(staff, "presence", None)
    return PersonNow(
        staff=staff,
        state=presence.state if presence else Presence.State.OFFLINE,
        custom_id=presence.custom_id if presence else None,
        reason=presence.reason if presence else "",
        since=presence.since if presence else None,
        load={kind: units for kind, units in seat.load.items() if units} if seat else {},
        limits=seat.limits if seat else {},
        skills={code: level for code, level in seat.skills.items() if ":" not in code} if seat else {},
    )


def _ready_by_queue() -> tuple[Counter[int], Counter[int]]:
    """How many people are ready for each queue, and how many of them have room for anything."""
    ready, free = Counter[int](), Counter[int]()
    for skills, is_full in Seat.objects.filter(is_ready=True).values_list("skills", "is_full"):
        queues = [int(one.removeprefix("queue:")) for one in skills if one.startswith("queue:")]
        ready.update(queues)
        free.update([] if is_full else queues)
    return ready, free
