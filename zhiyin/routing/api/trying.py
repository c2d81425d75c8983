"""Looking before changing: another order, another week."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from zhiyin.people.access import Signed, needs
from zhiyin.routing.api.router import router
from zhiyin.routing.commands.settings import checked_weights
from zhiyin.routing.models import Queue
from zhiyin.routing.queries.explaining import order_under
from zhiyin.routing.queries.trying import what_if
from zhiyin.routing.rings import Ring
from zhiyin.routing.shapes import PlaceShape, SummaryShape, WeightsBody, WhatIfBody

LEAD = needs("routing.lead")


@router.post("/routing/queues/{int:queue_id}/previews", response=list[PlaceShape], auth=LEAD)
def post_preview(request: Signed, queue_id: int, body: WeightsBody) -> Any:
    """The first twenty of what waits as other weights would rank it, each with its place now."""
    queue = Queue.objects.get(pk=queue_id)
    order = order_under(queue, checked_weights(body.weights), by=request.auth)
    return [
        PlaceShape(
            ticket_id=item.ticket_id,
            number=item.ticket.number,
            customer=item.ticket.customer.name,
            then=then,
            now=now,
        )
        for item, then, now in order
    ]


@router.post("/routing/simulations", response=list[SummaryShape], auth=LEAD)
def post_simulation(request: Signed, body: WhatIfBody) -> Any:
    """A time that was, replayed as queues are set and with one queue set otherwise."""
    rings = None
    if body.rings is not None:
        rings = [
            Ring(float(one.after_seconds), frozenset(map(str, one.without)), one.level) for one in body.rings
        ]
    pair = what_if(
        queue_id=body.queue_id,
        since=body.since,
        until=body.until,
        weights=checked_weights(body.weights) if body.weights is not None else None,
        rings=rings or None,
        within=body.within_seconds,
        by=request.auth,
        now=timezone.now(),
    )
    return [SummaryShape(**asdict(one)) for one in pair]
