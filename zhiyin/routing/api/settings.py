"""Queues, needs, capacity."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Path, Status

from zhiyin.people.access import Signed, needs
from zhiyin.routing.api.router import router
from zhiyin.routing.commands.settings import (
    QueueContent,
    RingContent,
    remove_queue,
    save_kind_rule,
    save_need,
    save_queue,
    set_limits,
)
from zhiyin.routing.models import Queue
from zhiyin.routing.queries.settings import kind_rules, limits_of, queues, skill_needs
from zhiyin.routing.shapes import (
    CapacityBody,
    CapacityLimitsBody,
    CapacityShape,
    Kind,
    QueueBody,
    QueueShape,
    RingShape,
    SkillNeedBody,
    SkillNeedShape,
)

READ, MANAGE, LEAD = needs("routing.read"), needs("routing.manage"), needs("routing.lead")


@router.get("/routing/queues", response=list[QueueShape], auth=READ)
def get_queues(request: Signed) -> Any:
    """Every queue with its rings, in order."""
    return [_queue(queue) for queue in queues()]


@router.post("/routing/queues", response={201: QueueShape}, auth=MANAGE)
def post_queue(request: Signed, body: QueueBody) -> Any:
    """Add a queue."""
    queue = save_queue(queue_id=None, content=content_of(body), by=request.auth, now=timezone.now())
    return Status(201, _queue(queue))


@router.put("/routing/queues/{int:queue_id}", response=QueueShape, auth=MANAGE)
def put_queue(request: Signed, queue_id: int, body: QueueBody) -> Any:
    """Change a queue; what waits is ranked anew."""
    return _queue(
        save_queue(queue_id=queue_id, content=content_of(body), by=request.auth, now=timezone.now())
    )


@router.delete("/routing/queues/{int:queue_id}", response={204: None}, auth=MANAGE)
def delete_queue(request: Signed, queue_id: int) -> Any:
    """Remove a queue that never had work."""
    remove_queue(queue_id=queue_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/routing/needs", response=list[SkillNeedShape], auth=READ)
def get_needs(request: Signed) -> Any:
    """Which work asks for which skill by itself."""
    return [
        SkillNeedShape(skill_id=row.skill_id, condition=row.condition, level=row.level)
        for row in skill_needs()
    ]


@router.put("/routing/needs/{int:skill_id}", response={204: None}, auth=MANAGE)
def put_need(request: Signed, skill_id: int, body: SkillNeedBody) -> Any:
    """Say which work asks for a skill; with an empty condition none does."""
    save_need(skill_id=skill_id, **body.dict(), by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/routing/kinds", response=list[CapacityShape], auth=READ)
def get_kinds(request: Signed) -> Any:
    """What each kind of channel takes of a person."""
    return [CapacityShape.from_orm(rule) for rule in kind_rules()]


@router.put("/routing/kinds/{kind}", response=CapacityShape, auth=MANAGE)
def put_kind(request: Signed, kind: Path[Kind], body: CapacityBody) -> Any:
    """Say what a kind of channel takes of a person."""
    return CapacityShape.from_orm(
        save_kind_rule(kind=kind, values=body.dict(), by=request.auth, now=timezone.now())
    )


@router.get("/routing/staff/{int:staff_id}/limits", response=CapacityLimitsBody, auth=LEAD)
def get_limits(request: Signed, staff_id: int) -> Any:
    """Own limits of somebody one leads."""
    return CapacityLimitsBody(limits=limits_of(staff_id=staff_id, by=request.auth))


@router.put("/routing/staff/{int:staff_id}/limits", response=CapacityLimitsBody, auth=LEAD)
def put_limits(request: Signed, staff_id: int, body: CapacityLimitsBody) -> Any:
    """Set own limits of somebody one leads."""
    set_limits(staff_id=staff_id, limits=body.limits, by=request.auth, now=timezone.now())
    return get_limits(request, staff_id)


def content_of(body: QueueBody) -> QueueContent:
    values = body.dict()
    return QueueContent(**values | {"rings": [RingContent(**ring) for ring in values["rings"]]})


def _queue(queue: Queue) -> QueueShape:
    plain = {name: getattr(queue, name) for name in QueueShape.model_fields if name not in ("rings", "id")}
    rings = [
        RingShape(
            after_seconds=ring.after_seconds,
            group_ids=sorted(group.pk for group in ring.groups.all()),
            without=sorted(skill.pk for skill in ring.without.all()),
            level=ring.level,
        )
        for ring in queue.rings.all()
    ]
    return QueueShape(**plain, id=queue.pk, rings=rings)
