"""Contacts and people as the queues lived through them, to be replayed under another policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from zhiyin.people.models import Staff
from zhiyin.people.queries.standing import available_times
from zhiyin.routing.models import Queue, Seat, WorkItem
from zhiyin.routing.queries.queueing import rings_of
from zhiyin.routing.queries.settings import capacities
from zhiyin.routing.scoring import Agent, Work
from zhiyin.routing.simulation.centre import Contact, Policy, Shift

MOST = 100_000
_USUAL = 600.0  # seconds, where nothing was finished


@dataclass(frozen=True)
class Lived:
    """A time as it was; seconds count from its beginning."""

    contacts: Sequence[Contact]
    people: Sequence[Agent]
    seconds: float
    shifts: Mapping[int, Sequence[Shift]] | None  # None: nobody's presence is known


def lived(*, since: datetime, until: datetime, by: Staff) -> Lived:
    """What entered the queues one may see in that time, with how long it took, and whoever has a seat.

    Work that is not done yet takes the mean of what is. People are there when they were available; where nobody's
    presence is known of that time, all the time.
    """
    rows = (
        WorkItem.objects.visible_to(by)
        .filter(entered_at__gte=since, entered_at__lt=until)
        .order_by("entered_at", "pk")[:MOST]
    )
    items = list(rows)
    took = {
        item.pk: (item.ended_at - item.accepted_at).total_seconds()
        for item in items
        if item.state == WorkItem.State.DONE and item.accepted_at and item.ended_at
    }
    mean = fmean(took.values()) if took else _USUAL
    begin = since.timestamp()
    contacts = [
        Contact(
            Work(
                item.pk,
                item.entered_at.timestamp() - begin,
                tuple(item.asked_for()),
                kind=item.kind,
                priority=item.priority,
                tier=item.tier,
                touched=item.touched,
                due_at=item.due_at.timestamp() - begin if item.due_at else None,
                last_agent_id=item.last_agent_id,
                queue=str(item.queue_id),
            ),
            max(1.0, took.get(item.pk, mean)),
        )
        for item in items
    ]
    seats = list(Seat.objects.filter(staff__is_active=True))
    able = capacities([seat.pk for seat in seats])
    people = [
        Agent(seat.pk, seat.skills, able[seat.pk], exclusive=frozenset(seat.exclusive)) for seat in seats
    ]
    shifts = defaultdict(list)
    for time in available_times(since=since, until=until):
        shift = Shift(time.began_at.timestamp() - begin, time.ended_at.timestamp() - begin, time.kinds)
        shifts[time.staff_id].append(shift)
    return Lived(contacts, people, (until - since).total_seconds(), shifts or None)


def policy_now(name: str = "") -> Policy:
    """Queues as they are set."""
    queues = list(Queue.objects.filter(is_active=True))
    return Policy(
        name=name,
        weights={str(queue.pk): queue.weighing() for queue in queues},
        rings={str(queue.pk): rings_of(queue) for queue in queues},
    )
