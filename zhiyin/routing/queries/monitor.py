"""What leads see live: queues, what waits in them, and who is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Avg, Count, F, Min, Q, QuerySet

from zhiyin.people.models import Presence, Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.routing.models import Queue, Seat, WorkItem
from zhiyin.routing.waiting import WaitEstimate, estimate_wait

SHOWN = 200
_AT_RISK = timedelta(minutes=15)
_RECENT = timedelta(days=7)
_USUAL_HANDLING = timedelta(minutes=10)  # of a queue that has not finished anything yet


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
    """Every active queue with what the person may see of it; four queries."""
    is_open = Q(state__in=["waiting", "offered", "held", "quiet"])
    counted = {
        row["queue_id"]: row
        for row in WorkItem.objects.visible_to(by)
        .filter(is_open)
        .values("queue_id")
        .annotate(
            waiting=Count("pk", filter=Q(state="waiting")),
            offered=Count("pk", filter=Q(state="offered")),
            held=Count("pk", filter=Q(state__in=["held", "quiet"])),
            longest_since=Min("entered_at", filter=Q(state="waiting")),
            kinds=ArrayAgg("kind", distinct=True),
            at_risk=Count("pk", filter=Q(state__in=["waiting", "offered"], due_at__lt=now + _AT_RISK)),
        )
    }
    ready, places = _ready_by_queue({pk: row["kinds"] for pk, row in counted.items()})
    handling = _handling_by_queue(now)
    found = []
    for queue in Queue.objects.filter(is_active=True).order_by("position", "pk"):
        row: dict[str, Any] = dict(counted.get(queue.pk, {}))
        waiting = row.get("waiting", 0)
        estimate = estimate_wait(
            ahead=waiting,
            serving=places[queue.pk],
            handling=handling.get(queue.pk, _USUAL_HANDLING).total_seconds(),
            patience=None,
        )
        found.append(
            QueueNow(
                queue,
                waiting,
                row.get("offered", 0),
                row.get("held", 0),
                row.get("longest_since"),
                row.get("at_risk", 0),
                ready[queue.pk],
                estimate,
            )
        )
    return found


def waiting_in(*, queue_id: int | None, by: Staff) -> QuerySet[WorkItem]:
    """What waits or is offered, in order of rank; the first 200."""
    items = WorkItem.objects.visible_to(by).filter(state__in=["waiting", "offered"])
    if queue_id is not None:
        items = items.filter(queue_id=queue_id)
    return items.select_related(
        "ticket__customer", "ticket__channel", "queue", "holder", "last_agent"
    ).order_by("key", "pk")[:SHOWN]


def people_now(*, by: Staff) -> list[PersonNow]:
    """Those the person leads, with how they stand and what they have; two queries."""
    people = list(
        led_by(by, "routing.read").filter(is_active=True).select_related("presence").order_by("name")[:SHOWN]
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


def _ready_by_queue(kinds: dict[int, list[str]]) -> tuple[Counter[int], Counter[int]]:
    """How many people are ready for each queue, and how much of what is in it they can have at once."""
    ready, places = Counter[int](), Counter[int]()
    for skills, limits in Seat.objects.filter(is_ready=True).values_list("skills", "limits"):
        for queue_id in [int(one.removeprefix("queue:")) for one in skills if one.startswith("queue:")]:
            ready[queue_id] += 1
            places[queue_id] += max([limits.get(kind, 0) for kind in kinds.get(queue_id, limits)], default=0)
    return ready, places


def _handling_by_queue(now: datetime) -> dict[int, timedelta]:
    """The mean time from taking work to its end, of the last week."""
    done = WorkItem.objects.filter(state="done", ended_at__gt=now - _RECENT, accepted_at__isnull=False)
    means: dict[int, timedelta] = defaultdict(lambda: _USUAL_HANDLING)
    for row in done.values("queue_id").annotate(mean=Avg(F("ended_at") - F("accepted_at"))):
        means[row["queue_id"]] = row["mean"]
    return means
