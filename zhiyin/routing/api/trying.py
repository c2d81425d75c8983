"""Looking before changing: another order, another week."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.people.access import Signed, needs
from zhiyin.routing.api.router import router
from zhiyin.routing.commands.settings import checked_weights
from zhiyin.routing.commands.simulating import ask_for_simulation
from zhiyin.routing.jobs import run_simulation_later
from zhiyin.routing.models import Queue, Simulation, WorkItem
from zhiyin.routing.queries.previewing import preview
from zhiyin.routing.shapes import (
    NextDecisionShape,
    PersonShape,
    PlaceShape,
    SimulationShape,
    WaitingCaseShape,
    WeightsBody,
    WeightsPreviewShape,
    WhatIfBody,
)

LEAD = needs("routing.lead")


@router.post("/routing/queues/{int:queue_id}/previews", response=WeightsPreviewShape, auth=LEAD)
def post_preview(request: Signed, queue_id: int, body: WeightsBody) -> Any:
    """The first twenty of what waits as other weights would rank it, and the next ten decisions by either."""
    queue = Queue.objects.get(pk=queue_id)
    found = preview(queue, checked_weights(body.weights), by=request.auth, now=timezone.now())
    return WeightsPreviewShape(
        waiting=found.waiting,
        moved=found.moved,
        order=[
            PlaceShape(**_case(place.item).dict(), then=place.then, now=place.now) for place in found.order
        ],
        decisions=[
            NextDecisionShape(
                staff=PersonShape(id=one.staff.pk, name=one.staff.name),
                now=_case(one.now) if one.now else None,
                then=_case(one.then) if one.then else None,
            )
            for one in found.decisions
        ],
    )


@router.post("/routing/simulations", response={202: SimulationShape}, auth=LEAD)
def post_simulation(request: Signed, body: WhatIfBody) -> Any:
    """Replay a time that was as queues are set and with one queue set otherwise; ask for it again until it is done."""
    simulation = ask_for_simulation(
        queue_id=body.queue_id,
        since=body.since,
        until=body.until,
        weights=body.weights,
        rings=[ring.dict() for ring in body.rings] if body.rings is not None else None,
        within=body.within_seconds,
        by=request.auth,
        now=timezone.now(),
    )
    run_simulation_later.defer(simulation_id=simulation.pk)
    return Status(202, _simulation(simulation))


@router.get("/routing/simulations/{int:simulation_id}", response=SimulationShape, auth=LEAD)
def get_simulation(request: Signed, simulation_id: int) -> Any:
    """How far one's simulation is, and what it came to; kept for a week."""
    return _simulation(Simulation.objects.get(pk=simulation_id, by=request.auth))


def _simulation(simulation: Simulation) -> SimulationShape:
    told = simulation.result or {}
    return SimulationShape(
        id=simulation.pk,
        state=simulation.state_at(timezone.now()),
        summaries=told.get("summaries", []),
        seconds=told.get("seconds"),
        knows_presence=told.get("knows_presence", False),
    )


def _case(item: WorkItem) -> WaitingCaseShape:
    return WaitingCaseShape(
        ticket_id=item.ticket_id, number=item.ticket.number, customer=item.ticket.customer.name
    )
