"""Work enters queues, moves through rings, and ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.routing.commands.dispatching import push_work
from zhiyin.routing.commands.giving import (
    QUIET_TIMER,
    REST_TIMER,
    WORK_TIMER,
    decide,
    give,
    take_back,
    watch_quiet,
    withdraw,
)
from zhiyin.routing.commands.planning import many_wait
from zhiyin.routing.commands.seats import load_seat, lock_seat, unload_seat
from zhiyin.routing.events import RingOpened, WorkEnded, WorkQueued
from zhiyin.routing.models import Decision, KindRule, Queue, WorkItem
from zhiyin.routing.queries.concerning import ENTERING
from zhiyin.routing.queries.queueing import (
    features_of,
    last_agent_of,
    needs_of,
    pool_for,
    queue_for,
    rings_of,
    touched_by,
)
from zhiyin.routing.rings import Ring, open_ring
from zhiyin.routing.scoring import rank_key
from zhiyin.tickets.events import TicketClosed, TicketResolved, TicketSolvedByCustomer
from zhiyin.tickets.models import Ticket

_CLOSING = [TicketResolved.type, TicketClosed.type, TicketSolvedByCustomer.type]


@transaction.atomic
def enter_queue(*, ticket_id: int, now: datetime) -> WorkItem | None:
    """Put a ticket that is open and wants somebody into the queue it belongs to; the one there is where it is."""
    ticket = Ticket.objects.select_related("channel", "customer").get(pk=ticket_id)
    there = _open_item(ticket_id)
    if there is not None or ticket.status not in ENTERING or ticket.merged_into_id:
        return there
    features, before = features_of(ticket), _moved_before(ticket_id)
    queue = before.queue if before is not None else queue_for(features)
    if queue is None:
        return None
    asked, rings = needs_of(features), rings_of(queue)
    known = last_agent_of(ticket, now=now) if ticket.assignee_id is None else ticket.assignee_id
    keep = timedelta(seconds=queue.preferred_seconds)
    item = WorkItem(
        ticket=ticket,
        queue=queue,
        kind=features.kind,
        asked=[[need.skill, need.level] for need in asked],
        pool=pool_for(queue, kind=features.kind, asked=asked, ring=0, tier=features.tier, rings=rings),
        priority=features.priority,
        tier=features.tier,
        touched=touched_by(ticket),
        due_at=ticket.deadline_at,
        last_agent_id=known,
        kept_until=now + keep if known and keep else None,
        entered_at=ticket.waiting_since or now,
        moved_by_id=before.moved_by_id if before is not None else None,
        key=0.0,
    )
    item.key = rank_key(item.work(), queue.weighing())
    item.save()
    emit(WorkQueued(ticket_id=ticket_id, item_id=item.pk, queue_id=queue.pk, at=now))
    if ticket.assignee is not None:
        follow_holder(ticket_id=ticket_id, by_id=None, now=now)
    else:
        review_work(item_id=item.pk, now=now)
    return WorkItem.objects.get(pk=item.pk)


@transaction.atomic
def review_work(*, item_id: int, now: datetime) -> WorkItem | None:
    """Open the rings whose time has come, let too long a wait overflow, offer the work, and look again in time."""
    item = _lock_waiting(item_id)
    if item is None:
        return None
    waited = (now - item.entered_at).total_seconds()
    queue = _after_waiting(item.queue, waited)
    if queue.pk != item.queue_id:
        _move(item, queue, how=Decision.How.OVERFLOWED, by=None, now=now)
    limit = queue.most_wait_minutes * 60
    rings = rings_of(queue)
    ring = open_ring(rings, waited)
    if ring > item.ring:
        _enter_ring(item, ring, rings, now=now)
    moments = [item.entered_at + timedelta(seconds=one.after) for one in rings[item.ring + 1 :]]
    moments += [item.entered_at + timedelta(seconds=limit)] if limit and queue.overflow_id else []
    moments += [item.kept_until] if item.kept_until else []
    upcoming = [moment for moment in moments if moment > now]
    if upcoming:
        set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=min(upcoming))
    _offer_or_leave(item, now=now)
    return item


@transaction.atomic
def move_work(*, item_id: int, queue_id: int, by: Staff, now: datetime) -> WorkItem:
    """Put waiting work into another queue, where it stays whatever its conditions say, until somebody moves or
    releases it or the ticket is closed; it keeps since when it waits."""
    item = _lock_led(item_id, by)
    item.moved_by = by
    _move(item, Queue.objects.get(pk=queue_id, is_active=True), how=Decision.How.MOVED, by=by, now=now)
    set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=now)
    return item


@transaction.atomic
def release_work(*, item_id: int, by: Staff, now: datetime) -> WorkItem:
    """Waiting work that somebody had put into a queue goes where its conditions say; other work is there already."""
    item = _lock_led(item_id, by)
    if item.moved_by_id is None:
        return item
    ticket = Ticket.objects.select_related("channel", "customer").get(pk=item.ticket_id)
    queue = queue_for(features_of(ticket))
    if queue is None:
        end_work(ticket_id=item.ticket_id, state=WorkItem.State.LEFT, now=now)
        return WorkItem.objects.get(pk=item_id)
    item.moved_by = None
    queue = _after_waiting(queue, (now - item.entered_at).total_seconds())
    _move(item, queue, how=Decision.How.RELEASED, by=by, now=now)
    set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=now)
    return item


@transaction.atomic
def open_next_ring(*, item_id: int, by: Staff, now: datetime) -> WorkItem:
    """Open waiting work to more people before its time; where there is no wider ring it stays as it is."""
    item = _lock_led(item_id, by)
    rings = rings_of(item.queue)
    if item.ring + 1 < len(rings):
        _enter_ring(item, item.ring + 1, rings, now=now)
        _offer_or_leave(item, now=now)
    return item


@transaction.atomic
def follow_holder(*, ticket_id: int, by_id: int | None, now: datetime) -> None:
    """The ticket was given to somebody or taken from them, maybe past the queue: count it as it is now."""
    item = _open_item(ticket_id, lock=True)
    staff_id = Ticket.objects.only("assignee").get(pk=ticket_id).assignee_id
    if item is None:
        if staff_id is None:
            enter_queue(ticket_id=ticket_id, now=now)
        return
    with_somebody = item.state in WorkItem.WITH_SOMEBODY
    if item.holder_id == staff_id and (item.state != WorkItem.State.OFFERED):
        return
    if with_somebody and staff_id is None and item.state == WorkItem.State.OFFERED:
        return  # an offer stands while the ticket is nobody's
    by = Staff.objects.filter(pk=by_id).first() if by_id else None
    if with_somebody:
        take_back(item, reason="reassigned", by=by, now=now)
    if staff_id is not None:
        seat = lock_seat(staff_id, now=now)
        decide(item, seat, None, [], how=Decision.How.MANUAL, what="staff_id", by=by, now=now)
        load_seat(seat, item.kind, now=now)
        give(item, Staff.objects.get(pk=staff_id), by_id=by_id, now=now)


@transaction.atomic
def end_work(*, ticket_id: int, state: str, now: datetime) -> int | None:
    """The work is done, or gone; returns who had it and may take the next after their rest."""
    item = _open_item(ticket_id, lock=True)
    if item is None:
        return None
    withdraw(item, now=now)
    had = item.holder_id
    if had is not None and item.state != WorkItem.State.QUIET:
        seat = lock_seat(had, now=now)
        unload_seat(seat, item.kind, now=now)
        rest = KindRule.objects.filter(pk=item.kind).values_list("after_contact_seconds", flat=True).first()
        if rest and item.state == WorkItem.State.HELD:
            until = now + timedelta(seconds=rest)  # a longer rest after another contact goes on
            seat.rests_until = max(until, seat.rests_until or until)
            seat.save(update_fields=["rests_until"])
            set_timer(kind=REST_TIMER, key=str(had), due_at=seat.rests_until)
    item.state, item.ended_at = state, now
    item.save(update_fields=["state", "ended_at"])
    for kind in (WORK_TIMER, QUIET_TIMER):
        cancel_timer(kind=kind, key=str(item.pk))
    emit(WorkEnded(ticket_id=ticket_id, item_id=item.pk, state=state, at=now))
    return had


@transaction.atomic
def fall_quiet(*, ticket_id: int, now: datetime) -> int | None:
    """The customer is silent or we wait for them: the unit is free; returns whose."""
    item = _open_item(ticket_id, lock=True)
    if item is not None and item.state in (WorkItem.State.WAITING, WorkItem.State.OFFERED):
        return end_work(
            ticket_id=ticket_id, state=WorkItem.State.LEFT, now=now
        )  # it comes back when it wakes
    if item is None or item.state != WorkItem.State.HELD or item.holder_id is None:
        return None
    unload_seat(lock_seat(item.holder_id, now=now), item.kind, now=now)
    item.state = WorkItem.State.QUIET
    item.save(update_fields=["state"])
    cancel_timer(kind=QUIET_TIMER, key=str(item.pk))
    return item.holder_id


@transaction.atomic
def wake_work(*, ticket_id: int, now: datetime) -> None:
    """There is something to do again: quiet work takes its unit back, whatever the room; other work waits anew."""
    item = _open_item(ticket_id, lock=True)
    if item is None:
        enter_queue(ticket_id=ticket_id, now=now)
    elif item.state == WorkItem.State.QUIET and item.holder_id is not None:
        load_seat(lock_seat(item.holder_id, now=now), item.kind, now=now)
        item.state = WorkItem.State.HELD
        item.save(update_fields=["state"])
        watch_quiet(item, now=now)
    elif item.state == WorkItem.State.HELD:
        watch_quiet(item, now=now)


@transaction.atomic
def reconsider(*, ticket_id: int, now: datetime) -> None:
    """Priority, tags, category or group of a ticket changed: what waits goes where it now belongs, at its new rank.
    What a person put into a queue stays there, as long as that queue is in use."""
    item = _open_item(ticket_id, lock=True)
    if item is None or item.state != WorkItem.State.WAITING:
        return
    ticket = Ticket.objects.select_related("channel", "customer").get(pk=ticket_id)
    features = features_of(ticket)
    if item.moved_by_id is not None and not item.queue.is_active:
        item.moved_by = None
    queue = queue_for(features) if item.moved_by_id is None else item.queue
    if queue is None:
        end_work(ticket_id=ticket_id, state=WorkItem.State.LEFT, now=now)
        return
    queue = _after_waiting(queue, (now - item.entered_at).total_seconds())
    item.asked = [[need.skill, need.level] for need in needs_of(features)]
    item.priority, item.tier = features.priority, features.tier
    item.save(update_fields=["asked", "priority", "tier"])
    _move(item, queue, how=Decision.How.FOLLOWED, by=None, now=now)
    review_work(item_id=item.pk, now=now)


@transaction.atomic
def raise_rank(*, ticket_id: int, now: datetime) -> None:
    """A promise falls due sooner, or one problem touches more customers: what waits rises. It never sinks again, so
    a promise that was put off, or a case that was taken from under it, leaves it where it stands."""
    item = _open_item(ticket_id, lock=True)
    if item is None or item.state not in (WorkItem.State.WAITING, WorkItem.State.OFFERED):
        return
    ticket = Ticket.objects.only("customer_id", "deadline_at").get(pk=ticket_id)
    due = [moment for moment in (item.due_at, ticket.deadline_at) if moment is not None]
    item.due_at = min(due, default=None)
    item.touched = max(item.touched, touched_by(ticket))
    item.key = min(item.key, rank_key(item.work(), item.queue.weighing()))
    item.save(update_fields=["due_at", "touched", "key"])


@transaction.atomic
def forget_skill(*, skill_id: int, now: datetime) -> int:
    """A skill is no longer there: what waits stops asking for it; returns how much did."""
    name, asking = str(skill_id), 0
    waiting = WorkItem.objects.waiting().select_related("queue", "pool")
    for item in waiting.exclude(asked=[]).select_for_update(of=("self",)).order_by("pk"):
        kept = [need for need in item.asked if need[0] != name]
        if len(kept) == len(item.asked):
            continue
        item.asked = kept
        rings = rings_of(item.queue)
        item.pool = pool_for(
            item.queue, kind=item.kind, asked=item.asked_for(), ring=item.ring, tier=item.tier, rings=rings
        )
        item.save(update_fields=["asked", "pool"])
        set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=now)
        asking += 1
    return asking


def _offer_or_leave(item: WorkItem, *, now: datetime) -> None:
    """Offered at once while few wait. When many do it takes its turn in the next plan, or it would get past them."""
    if not many_wait(now=now):
        push_work(item_id=item.pk, now=now)


def _enter_ring(item: WorkItem, ring: int, rings: list[Ring], *, now: datetime) -> None:
    item.ring = ring
    item.pool = pool_for(
        item.queue, kind=item.kind, asked=item.asked_for(), ring=ring, tier=item.tier, rings=rings
    )
    item.save(update_fields=["ring", "pool"])
    emit(RingOpened(ticket_id=item.ticket_id, item_id=item.pk, ring=ring, at=now))


def _move(item: WorkItem, queue: Queue, *, how: str, by: Staff | None, now: datetime) -> None:
    """Into the queue, at the rank it has there; why is kept where that is another, or a person's word. In the one it
    is in, the rings that are open stay open."""
    rings = rings_of(queue)
    if by is not None or queue.pk != item.queue_id:
        Decision.objects.create(item=item, how=how, queue=queue, by=by, at=now)
    item.ring = min(item.ring, len(rings) - 1) if queue.pk == item.queue_id else 0
    item.queue = queue
    item.pool = pool_for(
        queue, kind=item.kind, asked=item.asked_for(), ring=item.ring, tier=item.tier, rings=rings
    )
    item.key = rank_key(item.work(), queue.weighing())
    item.save(update_fields=["queue", "ring", "pool", "key", "moved_by"])
    emit(WorkQueued(ticket_id=item.ticket_id, item_id=item.pk, queue_id=queue.pk, at=now))


def _after_waiting(queue: Queue, waited: float) -> Queue:
    """Where work of the queue is after so many seconds: there, or where it overflows, and on from there."""
    passed = {queue.pk}
    while queue.most_wait_minutes and waited >= queue.most_wait_minutes * 60:
        upcoming = queue.overflow
        if upcoming is None or not upcoming.is_active or upcoming.pk in passed:
            break
        queue = upcoming
        passed.add(queue.pk)
    return queue


def _moved_before(ticket_id: int) -> WorkItem | None:
    """The ticket's last time in queues, where a person had put it into one that is in use and it only paused: it was
    not closed since."""
    last = WorkItem.objects.filter(ticket_id=ticket_id).select_related("queue").order_by("-pk").first()
    if last is None or last.moved_by_id is None or last.state != WorkItem.State.LEFT:
        return None
    closed = Event.objects.filter(subject=f"ticket:{ticket_id}", type__in=_CLOSING, at__gt=last.entered_at)
    return None if not last.queue.is_active or closed.exists() else last


def _lock_led(item_id: int, by: Staff) -> WorkItem:
    """Waiting work that somebody leads, locked. Raises WorkItem.DoesNotExist."""
    items = WorkItem.objects.visible_to(by, "routing.lead").select_for_update(of=("self",))
    return items.select_related("queue__overflow", "pool").get(pk=item_id, state=WorkItem.State.WAITING)


def _open_item(ticket_id: int, *, lock: bool = False) -> WorkItem | None:
    items = WorkItem.objects.select_related("queue", "pool").filter(ticket_id=ticket_id).open()
    return (items.select_for_update(of=("self",)) if lock else items).first()


def _lock_waiting(item_id: int) -> WorkItem | None:
    return (
        WorkItem.objects.select_for_update(of=("self",))
        .select_related("queue__overflow", "pool")
        .filter(pk=item_id, state=WorkItem.State.WAITING)
        .first()
    )
