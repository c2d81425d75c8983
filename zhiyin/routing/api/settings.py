"""Queues, skills, capacity."""

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
    remove_skill,
    save_kind_rule,
    save_queue,
    save_skill,
    set_abilities,
)
from zhiyin.routing.models import Queue, Skill
from zhiyin.routing.queries.settings import abilities_of, kind_rules, queues, skills
from zhiyin.routing.shapes import (
    AbilitiesBody,
    CapacityBody,
    CapacityShape,
    Kind,
    QueueBody,
    QueueShape,
    RingShape,
    SkillBody,
    SkillShape,
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


@router.get("/routing/skills", response=list[SkillShape], auth=READ)
def get_skills(request: Signed) -> Any:
    """Every skill, with how many people have it."""
    return [_skill(skill, skill.held) for skill in skills()]  # type: ignore[attr-defined]


@router.post("/routing/skills", response={201: SkillShape}, auth=MANAGE)
def post_skill(request: Signed, body: SkillBody) -> Any:
    """Add a skill."""
    skill = save_skill(skill_id=None, values=body.dict(), by=request.auth, now=timezone.now())
    return Status(201, _skill(skill, 0))


@router.put("/routing/skills/{int:skill_id}", response=SkillShape, auth=MANAGE)
def put_skill(request: Signed, skill_id: int, body: SkillBody) -> Any:
    """Change a skill."""
    skill = save_skill(skill_id=skill_id, values=body.dict(), by=request.auth, now=timezone.now())
    return _skill(skill, skill.holders.count())


@router.delete("/routing/skills/{int:skill_id}", response={204: None}, auth=MANAGE)
def delete_skill(request: Signed, skill_id: int) -> Any:
    """Remove a skill from everybody."""
    remove_skill(skill_id=skill_id, by=request.auth, now=timezone.now())
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


@router.get("/routing/staff/{int:staff_id}/abilities", response=AbilitiesBody, auth=LEAD)
def get_abilities(request: Signed, staff_id: int) -> Any:
    """Skills and own limits of somebody one leads."""
    can, limits = abilities_of(staff_id=staff_id, by=request.auth)
    return AbilitiesBody(skills=can, limits=limits)


@router.put("/routing/staff/{int:staff_id}/abilities", response=AbilitiesBody, auth=LEAD)
def put_abilities(request: Signed, staff_id: int, body: AbilitiesBody) -> Any:
    """Set skills and own limits of somebody one leads."""
    set_abilities(
        staff_id=staff_id, skills=body.skills, limits=body.limits, by=request.auth, now=timezone.now()
    )
    return get_abilities(request, staff_id)


def content_of(body: QueueBody) -> QueueContent:
    values = body.dict()
    return QueueContent(**values | {"rings": [RingContent(**ring) for ring in values["rings"]]})


def _queue(queue: Queue) -> QueueShape:
    plain = {name: getattr(queue, name) for name in QueueShape.model_fields if name not in ("rings", "id")}
    rings = [
        RingShape(
            after_seconds=ring.after_seconds,
            group_ids=sorted(group.pk for group in ring.groups.all()),
            without=sorted(skill.code for skill in ring.without.all()),
            level=ring.level,
        )
        for ring in queue.rings.all()
    ]
    return QueueShape(**plain, id=queue.pk, rings=rings)


def _skill(skill: Skill, holders: int) -> SkillShape:
    plain = {name: getattr(skill, name) for name in SkillBody.model_fields}
    return SkillShape(**plain, id=skill.pk, holders=holders)
