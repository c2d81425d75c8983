"""The live monitor, and what leads do there."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.routing.api.router import router
from zhiyin.routing.commands.dispatching import give_by_hand
from zhiyin.routing.commands.entering import move_work, open_next_ring, release_work
from zhiyin.routing.models import WorkItem
from zhiyin.routing.queries.monitor import (
    MOST_SHOWN,
    SHOWN,
    PersonNow,
    QueueNow,
    as_shown,
    people_now,
    queues_now,
    waiting_in,
)
from zhiyin.routing.shapes import (
    EstimateShape,
    HandingBody,
    MonitorShape,
    MovingBody,
    PersonNowShape,
    PersonShape,
    QueueNowShape,
    WorkShape,
)

READ, LEAD = needs("routing.read"), needs("routing.lead")


@router.get("/routing/monitor", response=MonitorShape, auth=READ)
def get_monitor(request: Signed) -> Any:
    """Queues and people as they are now, as far as one may see them."""
    now = timezone.now()
    return MonitorShape(
        at=now,
        queues=[_queue(row) for row in queues_now(by=request.auth, now=now)],
        people=[_person(row) for row in people_now(by=request.auth)],
    )


@router.get("/routing/work", response=list[WorkShape], auth=READ)
def get_work(
    request: Signed,
    queue: int | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST_SHOWN)] = SHOWN,
) -> Any:
    """What waits or is offered, in order; the first 200, or as many as asked for."""
    return [_work(item) for item in waiting_in(queue_id=queue, by=request.auth, limit=limit)]


@router.post("/routing/work/{int:work_id}/assignment", response=WorkShape, auth=LEAD)
def post_assignment(request: Signed, work_id: int, body: HandingBody) -> Any:
    """Give waiting work to somebody; asks to confirm where they have no room or lack a skill."""
    give_by_hand(
        item_id=work_id,
        staff_id=body.staff_id,
        confirmed=body.confirmed,
        by=request.auth,
        now=timezone.now(),
    )
    return _again(work_id)


@router.post("/routing/work/{int:work_id}/move", response=WorkShape, auth=LEAD)
def post_move(request: Signed, work_id: int, body: MovingBody) -> Any:
    """Put waiting work into another queue, where it stays though its conditions change; it keeps since when it
    waits."""
    move_work(item_id=work_id, queue_id=body.queue_id, by=request.auth, now=timezone.now())
    return _again(work_id)


@router.delete("/routing/work/{int:work_id}/move", response=WorkShape, auth=LEAD)
def delete_move(request: Signed, work_id: int) -> Any:
    """Let waiting work that somebody moved go where its conditions say."""
    release_work(item_id=work_id, by=request.auth, now=timezone.now())
    return _again(work_id)


@router.post("/routing/work/{int:work_id}/widening", response=WorkShape, auth=LEAD)
def post_widening(request: Signed, work_id: int) -> Any:
    """Open waiting work to the next ring now."""
    open_next_ring(item_id=work_id, by=request.auth, now=timezone.now())
    return _again(work_id)


def _again(work_id: int) -> WorkShape:
    return _work(as_shown(WorkItem.objects.all()).get(pk=work_id))


def _queue(row: QueueNow) -> QueueNowShape:
    return QueueNowShape(
        id=row.queue.pk,
        name=row.queue.name,
        waiting=row.waiting,
        offered=row.offered,
        held=row.held,
        longest_since=row.longest_since,
        at_risk=row.at_risk,
        ready=row.ready,
        estimate=EstimateShape(**row.estimate._asdict()) if row.estimate else None,
    )


def _person(row: PersonNow) -> PersonNowShape:
    return PersonNowShape(
        id=row.staff.pk,
        name=row.staff.name,
        state=row.state,
        custom_id=row.custom_id,
        reason=row.reason,
        since=row.since,
        load=row.load,
        limits=row.limits,
        skills=row.skills,
    )


def _named(staff: Staff | None) -> PersonShape | None:
    return PersonShape(id=staff.pk, name=staff.name) if staff is not None else None


def _work(item: Any) -> WorkShape:
    return WorkShape(
        id=item.pk,
        ticket_id=item.ticket_id,
        number=item.ticket.number,
        subject=item.ticket.subject,
        customer=item.ticket.customer.name,
        tier=item.ticket.customer.tier,
        kind=item.kind,
        queue_id=item.queue_id,
        queue=item.queue.name,
        state=item.state,
        ring=item.ring,
        can_widen=item.can_widen,
        priority=item.priority,
        asked=item.asked,
        entered_at=item.entered_at,
        due_at=item.due_at,
        holder=_named(item.holder),
        last_agent=_named(item.last_agent),
        moved_by=_named(item.moved_by),
    )
