"""What other weights would change, now: the order of what waits, and who would get what next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.routing.matching.engine import Engine
from zhiyin.routing.models import Queue, Seat, WorkItem
from zhiyin.routing.scoring import Agent, Weights, rank_key

SHOWN, DECIDED = 20, 10
_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Place:
    """Where work would stand and where it stands, from 1."""

    item: WorkItem
    then: int
    now: int


@dataclass(frozen=True)
class NextDecision:
    """What somebody would get by the weights as they are, and by the others; None: nothing waits for them."""

    staff: Staff
    now: WorkItem | None
    then: WorkItem | None


@dataclass(frozen=True)
class Preview:
    waiting: int
    moved: int  # of what waits in the queue, how much would stand elsewhere
    order: Sequence[Place]
    decisions: Sequence[NextDecision]


def preview(queue: Queue, weights: Mapping[str, Any], *, by: Staff, now: datetime) -> Preview:
    """The first of what waits in the queue by other weights, and the next decisions.

    The decisions are those if the people who are ready had a place free in turn: first who has room, then who has
    been at their work longest. Each takes what waits for them in any queue.
    """
    tried = _weights(weights, version=queue.version + 1)
    waiting = WorkItem.objects.visible_to(by).waiting().select_related("pool", "queue", "ticket__customer")
    items = list(waiting.order_by("key", "pk")[:_LOOKED_AT])
    inside = [item for item in items if item.queue_id == queue.pk]
    places = {item.pk: place for place, item in enumerate(inside, 1)}
    ordered = sorted(inside, key=lambda item: (rank_key(item.work(), tried), item.pk))
    found = [Place(item, then, places[item.pk]) for then, item in enumerate(ordered, 1)]
    return Preview(
        waiting=len(inside),
        moved=sum(place.then != place.now for place in found),
        order=found[:SHOWN],
        decisions=_next_decisions(queue, tried, items, by=by, now=now),
    )


def _next_decisions(
    queue: Queue, tried: Weights, items: Sequence[WorkItem], *, by: Staff, now: datetime
) -> list[NextDecision]:
    present = {str(item.queue_id): item.queue.weighing() for item in items} | {
        str(queue.pk): queue.weighing()
    }
    people = led_by(by, "routing.read").filter(is_active=True)
    seats = Seat.objects.filter(is_ready=True, staff__in=people).select_related("staff")
    ready = list(seats.order_by("is_full", "idle_since", "pk")[:DECIDED])
    by_id = {item.pk: item for item in items}
    agents = [_with_a_place(seat.agent()) for seat in ready]
    was = _given(agents, items, present, at=now.timestamp())
    would = _given(agents, items, present | {str(queue.pk): tried}, at=now.timestamp())
    return [
        NextDecision(seat.staff, by_id.get(was.get(seat.pk, 0)), by_id.get(would.get(seat.pk, 0)))
        for seat in ready
    ]


def _given(
    agents: Sequence[Agent], items: Sequence[WorkItem], weights: Mapping[str, Weights], *, at: float
) -> dict[int, int]:
    """Who gets what, by id, when they are free one after the other."""
    engine = Engine(weights)
    for item in items:
        engine.arrive(item.work(), at)
    return {
        match.agent_id: match.work_id
        for agent in agents
        for match in engine.sign_in(replace(agent, load=dict(agent.load)), at)[:1]
    }


def _with_a_place(agent: Agent) -> Agent:
    """As if they had just been done with what they have, and could take one of any kind."""
    return replace(agent, load={}, limits={kind: min(1, units) for kind, units in agent.limits.items()})


def _weights(told: Mapping[str, Any], *, version: int) -> Weights:
    values = dict(told)
    if "priority" in values:
        values["priority"] = tuple(values["priority"])
    return Weights(version=version, **values)
