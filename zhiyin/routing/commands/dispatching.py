"""Who gets what, now. A decision, the reserved unit and the offer are one transaction.

Whoever looks for a person holds the work's row and takes a free seat; whoever looks for work holds the seat's row and
takes free work; the second row is only ever taken when nobody has it. So nobody waits for anybody, and what two
missed because each held one half is found by `sweep`, once a second.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.routing.commands.giving import decide, give
from zhiyin.routing.commands.holding_out import Chosen, hold_out
from zhiyin.routing.commands.planning import lock_waiting, many_wait, match_by_plan, not_alike
from zhiyin.routing.commands.seats import load_seat, lock_seat
from zhiyin.routing.models import Decision, Offer, Queue, Seat, WorkItem
from zhiyin.routing.queries.choosing import anywhere, people_for, work_for
from zhiyin.routing.queries.queueing import is_open

_SWEPT = 20


class NothingWaits(DomainError):
    code = "routing.nothing_waits"
    status = 409
    messages = {
        "zh": "目前没有适合你的等待工单，或你的容量已满。",
        "en": "Nothing that fits you is waiting, or you have as much as you can take.",
    }


class NoRoomLeft(DomainError):
    code = "routing.no_room_left"
    status = 409
    messages = {
        "zh": "{name} 的容量已满或不在岗。确认仍要分派时请再点一次。",
        "en": "{name} has no room left or is not available. Confirm to give it all the same.",
    }


class NotTheSkills(DomainError):
    code = "routing.not_the_skills"
    status = 409
    messages = {
        "zh": "{name} 缺少这张工单需要的技能。确认仍要分派时请再点一次。",
        "en": "{name} lacks a skill this work asks for. Confirm to give it all the same.",
    }


@transaction.atomic
def push_work(*, item_id: int, now: datetime) -> Offer | None:
    """Offer waiting work to the best person free, if its queue pushes and is open."""
    item = (
        WorkItem.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("pool", "queue__calendar")
        .filter(pk=item_id, state=WorkItem.State.WAITING, ticket__assignee=None)
        .first()
    )
    if item is None or item.queue.dispatch != Queue.Dispatch.PUSH or not is_open(item.queue, now=now):
        return None
    found = people_for(item, item.queue.weighing(), now=now)
    for candidate in found:
        seat = Seat.objects.select_for_update(skip_locked=True).filter(pk=candidate.id, is_ready=True).first()
        if seat is not None and seat.agent().room(item.kind):
            others = [one for one in found if one is not candidate]
            chosen = Chosen(item, seat, candidate, others)
            return hold_out([chosen], how=Decision.How.PUSH, what="staff_id", now=now)[0]
    return None


@transaction.atomic
def fill_seat(*, staff_id: int, now: datetime) -> list[Offer]:
    """Offer somebody who is ready the best of what waits, until they have no room."""
    seat = Seat.objects.select_for_update(skip_locked=True).filter(pk=staff_id, is_ready=True).first()
    offers = []
    while seat is not None and not seat.is_full and not (seat.rests_until and seat.rests_until > now):
        taken = _take_best(seat, dispatch=[Queue.Dispatch.PUSH], now=now)
        if taken is None:
            break
        offers += hold_out([taken], how=Decision.How.PUSH, what="item_id", now=now)
    return offers


@transaction.atomic
def pull_next(*, by: Staff, now: datetime) -> WorkItem:
    """Take the best of what waits for oneself. Raises NothingWaits."""
    seat = lock_seat(by.pk, now=now)
    taken = _take_best(seat, dispatch=anywhere(), now=now)
    if taken is None:
        raise NothingWaits
    item, _, chosen, others = taken
    decide(item, seat, chosen, others, how=Decision.How.PULL, what="item_id", by=by, now=now)
    load_seat(seat, item.kind, now=now)
    give(item, by, by_id=by.pk, now=now)
    return item


@transaction.atomic
def give_by_hand(*, item_id: int, staff_id: int, confirmed: bool, by: Staff, now: datetime) -> WorkItem:
    """Give waiting work to somebody. Raises NoRoomLeft and NotTheSkills unless that is confirmed."""
    items = WorkItem.objects.visible_to(by, "routing.lead").select_related("pool", "queue")
    item = items.select_for_update(of=("self",)).get(pk=item_id, state=WorkItem.State.WAITING)
    to = Staff.objects.get(pk=staff_id, is_active=True)
    seat = lock_seat(staff_id, now=now)
    agent = seat.agent()
    if not confirmed and not (seat.is_ready and agent.room(item.kind)):
        raise NoRoomLeft(name=to.name)
    if not confirmed and not agent.meets(tuple(item.asked_for())):
        raise NotTheSkills(name=to.name)
    people = people_for(item, item.queue.weighing(), now=now)
    chosen = next((one for one in people if one.id == staff_id), None)
    others = [one for one in people if one is not chosen]
    decide(item, seat, chosen, others, how=Decision.How.MANUAL, what="staff_id", by=by, now=now)
    load_seat(seat, item.kind, now=now)
    give(item, to, by_id=by.pk, now=now)
    return item


def fill_or_leave(*, staff_id: int, now: datetime) -> list[Offer]:
    """Somebody has room: offered the best at once while few wait; when many do, the next plan has them."""
    return [] if many_wait(now=now) else fill_seat(staff_id=staff_id, now=now)


def sweep(*, now: datetime) -> int:
    """Match what waits with who is free, by a plan when many wait, and where an event left both; returns how many
    offers that made."""
    if not WorkItem.objects.waiting().filter(queue__dispatch=Queue.Dispatch.PUSH).exists():
        return 0
    offered = 0
    if many_wait(now=now):
        offered += sum(push_work(item_id=item_id, now=now) is not None for item_id in not_alike(now=now))
        offered += match_by_plan(now=now)
    ready = Seat.objects.filter(is_ready=True, is_full=False).exclude(rests_until__gt=now)
    ids = ready.order_by("?").values_list("pk", flat=True)[:_SWEPT]  # so that in time everybody is looked at
    return offered + sum(len(fill_seat(staff_id=staff_id, now=now)) for staff_id in ids)


def _take_best(seat: Seat, *, dispatch: list[str], now: datetime) -> Chosen | None:
    """The best work nobody else is about to take, locked, with its score and the others'."""
    found, queues = work_for(seat, now=now, dispatch=dispatch)
    for choice in found:
        item = lock_waiting([choice.id]).get(choice.id)
        if item is not None and item.queue_id in queues:
            item.queue = queues[item.queue_id]
            return Chosen(item, seat, choice, [one for one in found if one is not choice])
    return None
