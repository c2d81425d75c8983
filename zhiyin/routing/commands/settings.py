"""What leads and administrators set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Group, Skill, Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.routing.commands.seats import refresh_seats
from zhiyin.routing.conditions import checked
from zhiyin.routing.events import RoutingSettingsChanged
from zhiyin.routing.models import Decision, KindRule, Queue, QueueRing, SkillNeed, StaffLimit, WorkItem
from zhiyin.routing.queries.queueing import pool_for, rings_of
from zhiyin.routing.scoring import Weights, rank_key

_WEIGHTS = {one.name for one in fields(Weights)} - {"version"}
_PLAIN = (
    *(
        "name",
        "position",
        "is_active",
        "dispatch",
        "accepts_by_itself",
        "accept_seconds",
        "preferred_seconds",
    ),
    *("most_wait_minutes", "offers_call_back", "call_back_minutes"),
)


class NameInUse(DomainError):
    code = "routing.name_in_use"
    status = 409
    messages = {"zh": "“{name}”已存在，请换一个名称。", "en": "{name} exists already; choose another name."}


class NotAWeight(DomainError):
    code = "routing.not_a_weight"
    status = 422
    messages = {
        "zh": "权重“{name}”不正确：请填不小于 0 的秒数。",
        "en": "The weight {name} is wrong: enter seconds of 0 or more.",
    }


class QueueInUse(DomainError):
    code = "routing.queue_in_use"
    status = 409
    messages = {
        "zh": "这个队列里有过工单，不能删除。请把它停用。",
        "en": "This queue has had work, so it can't be removed. Take it out of use instead.",
    }


@dataclass(frozen=True, kw_only=True)
class RingContent:
    after_seconds: int = 0
    group_ids: Sequence[int] = ()
    without: Sequence[int] = ()  # ids of skills
    level: int = 5


@dataclass(frozen=True, kw_only=True)
class QueueContent:
    """A queue as the settings page sends it; `weights` by name, in seconds."""

    name: str
    position: int = 0
    is_active: bool = True
    condition: Mapping[str, Any] = field(default_factory=dict)
    dispatch: str = Queue.Dispatch.PUSH
    accepts_by_itself: bool = False
    accept_seconds: int = 30
    preferred_seconds: int = 0
    weights: Mapping[str, Any] = field(default_factory=dict)
    calendar_id: int | None = None
    most_wait_minutes: int = 0
    overflow_id: int | None = None
    offers_call_back: bool = False
    call_back_minutes: int = 0
    closed_zh: str = ""
    closed_en: str = ""
    rings: Sequence[RingContent] = ()


@transaction.atomic
def save_queue(*, queue_id: int | None, content: QueueContent, by: Staff, now: datetime) -> Queue:
    """Add or change a queue; what waits in it is ranked anew. Raises NameInUse, NotAWeight, NotACondition."""
    # its key stays: who decides about its work meanwhile, and holds a seat that is refreshed below, need not wait for it
    queue = Queue.objects.select_for_update(no_key=True).get(pk=queue_id) if queue_id else Queue()
    if Queue.objects.filter(name=content.name).exclude(pk=queue_id or 0).exists():
        raise NameInUse(name=content.name)
    weights = checked_weights(content.weights)
    if queue_id and weights != queue.weights:
        queue.version += 1
    for name in _PLAIN:
        setattr(queue, name, getattr(content, name))
    queue.closed_zh, queue.closed_en = content.closed_zh.strip(), content.closed_en.strip()
    queue.condition, queue.weights = checked(content.condition), weights
    queue.calendar = Calendar.objects.get(pk=content.calendar_id) if content.calendar_id else None
    queue.overflow = (
        Queue.objects.exclude(pk=queue_id or 0).get(pk=content.overflow_id) if content.overflow_id else None
    )
    queue.save()
    _save_rings(queue, content.rings or [RingContent()])
    _rank_anew(queue)
    _tell("queue", f"routing:queue:{queue.pk}", {"name": queue.name, "version": queue.version}, by, now)
    refresh_seats(now=now)
    return queue


@transaction.atomic
def remove_queue(*, queue_id: int, by: Staff, now: datetime) -> None:
    """Remove a queue that never had work. Raises QueueInUse."""
    queue = Queue.objects.select_for_update().get(pk=queue_id)
    if (
        WorkItem.objects.filter(queue=queue).exists() or Decision.objects.filter(queue=queue).exists()
    ):  # had it once
        raise QueueInUse
    queue.delete()
    _tell("queue", f"routing:queue:{queue_id}", {"removed": queue.name}, by, now)
    refresh_seats(now=now)


@transaction.atomic
def save_need(*, skill_id: int, condition: Mapping[str, Any], level: int, by: Staff, now: datetime) -> None:
    """Which work asks for a skill by itself; an empty condition: none does. Raises Skill.DoesNotExist,
    NotACondition."""
    skill, wanted = Skill.objects.get(pk=skill_id), checked(condition)
    if wanted:
        SkillNeed.objects.update_or_create(skill=skill, defaults={"condition": wanted, "level": level})
    else:
        SkillNeed.objects.filter(skill=skill).delete()
    _tell("need", f"skill:{skill_id}", {"condition": wanted, "level": level}, by, now)


@transaction.atomic
def save_kind_rule(*, kind: str, values: Mapping[str, Any], by: Staff, now: datetime) -> KindRule:
    """What one kind of channel takes of a person."""
    rule, _ = KindRule.objects.update_or_create(kind=kind, defaults=dict(values))
    _tell("capacity", f"routing:kind:{kind}", dict(values), by, now)
    refresh_seats(now=now)
    return rule


@transaction.atomic
def set_limits(*, staff_id: int, limits: Mapping[str, int], by: Staff, now: datetime) -> None:
    """How much somebody one leads takes; replaced by what is told. Raises Staff.DoesNotExist."""
    staff = led_by(by).get(pk=staff_id)
    StaffLimit.objects.filter(staff=staff).delete()
    StaffLimit.objects.bulk_create(
        StaffLimit(staff=staff, kind=kind, units=units) for kind, units in limits.items()
    )
    _tell("limits", f"staff:{staff_id}", {"limits": dict(limits)}, by, now)
    refresh_seats(staff_ids=[staff_id], now=now)


def checked_weights(told: Mapping[str, Any]) -> dict[str, Any]:
    """The weights by name. Raises NotAWeight."""
    for name, value in told.items():
        values = value if name == "priority" and isinstance(value, list) and len(value) == 4 else [value]
        if name not in _WEIGHTS or not all(
            isinstance(one, (int, float)) and not isinstance(one, bool) and 0 <= one <= 1e7 for one in values
        ):
            raise NotAWeight(name=name)
        if name == "priority" and len(values) != 4:
            raise NotAWeight(name=name)
    return dict(told)


def _save_rings(queue: Queue, rings: Sequence[RingContent]) -> None:
    queue.rings.all().delete()
    ordered = sorted(rings, key=lambda ring: ring.after_seconds)
    for number, content in enumerate(ordered):
        ring = QueueRing.objects.create(
            queue=queue,
            number=number,
            after_seconds=content.after_seconds if number else 0,
            level=content.level,
        )
        ring.groups.set(Group.objects.filter(pk__in=content.group_ids))
        ring.without.set(Skill.objects.filter(pk__in=content.without))


def _rank_anew(queue: Queue) -> None:
    """What waits takes its place by the new weights and rings."""
    rings, weights = rings_of(queue), queue.weighing()
    waiting = list(WorkItem.objects.waiting().filter(queue=queue).select_for_update(of=("self",)))
    for item in waiting:
        item.ring = min(item.ring, len(rings) - 1)
        item.pool = pool_for(
            queue, kind=item.kind, asked=item.asked_for(), ring=item.ring, tier=item.tier, rings=rings
        )
        item.key = rank_key(item.work(), weights)
    WorkItem.objects.bulk_update(waiting, ["ring", "pool", "key"], batch_size=500)


def _tell(what: str, target: str, details: dict[str, Any], by: Staff, now: datetime) -> None:
    emit(RoutingSettingsChanged(what=what, by_id=by.pk, at=now))
    record_audit(action=f"routing.{what}_changed", by=by.pk, target=target, details=details, now=now)
