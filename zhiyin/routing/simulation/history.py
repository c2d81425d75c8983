"""Contacts and people as the queues lived through them, to be replayed under another policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from zhiyin.people.models import Staff
from zhiyin.routing.models import Queue, Seat, WorkItem
from zhiyin.routing.queries.queueing import rings_of
from zhiyin.routing.scoring import Agent, Work
from zhiyin.routing.simulation.centre import Contact, Policy

MOST = 100_000
_USUAL = 600.0  # seconds, where nothing was finished


@dataclass(frozen=True)
class Lived:
    """A time as it was; seconds count from its beginning."""

    contacts: Sequence[Contact]
    people: Sequence[Agent]
    seconds: float


def lived(*, since: datetime, until: datetime, by: Staff) -> Lived:
    """What entered the queues one may see in that time, with how long it took, and whoever has a seat.

    Work that is not done yet takes the mean of what is. People are there all the time, as presence has no shifts.
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
    people = [
        Agent(seat.pk, seat.skills, seat.limits, exclusive=frozenset(seat.exclusive))
        for seat in Seat.objects.filter(staff__is_active=True)
    ]
    return Lived(contacts, people, (until - since).total_seconds())


def policy_now(name: str = "") -> Policy:
    """Queues as they are set."""
    queues = list(Queue.objects.filter(is_active=True))
    return Policy(
        name=name,
        weights={str(queue.pk): queue.weighing() for queue in queues},
        rings={str(queue.pk): rings_of(queue) for queue in queues},
    )
