"""Work comes to a person: held out, accepted, given by hand, or handed back. All here act on locked rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.routing.commands.seats import lock_seat, unload_seat
from zhiyin.routing.events import OfferSettled, WorkGiven, WorkReturned
from zhiyin.routing.models import Decision, KindRule, Offer, Seat, WorkItem
from zhiyin.routing.queries.choosing import Candidate, runners_up, terms_of
from zhiyin.tickets.commands.assigning import route_ticket

OFFER_TIMER = "routing.offer"
WORK_TIMER = "routing.work"
QUIET_TIMER = "routing.quiet"
REST_TIMER = "routing.rest"


def decide(
    item: WorkItem,
    seat: Seat,
    chosen: Candidate | None,
    others: Sequence[Candidate],
    *,
    how: str,
    what: str,
    by: Staff | None,
    now: datetime,
) -> Decision:
    """Keep why somebody gets the work. `what` names what the runners-up are: staff_id or item_id."""
    return Decision.objects.create(
        item=item,
        staff_id=seat.pk,
        how=how,
        queue_id=item.queue_id,
        by=by,
        terms=terms_of(chosen) if chosen else [],
        version=chosen.score.version if chosen else 0,
        ring=item.ring,
        considered=len(others),
        runners_up=runners_up(others, what),
        at=now,
    )


def settle(offer: Offer, state: str, *, now: datetime) -> None:
    """Close a locked offer."""
    offer.state, offer.settled_at = state, now
    offer.save(update_fields=["state", "settled_at"])
    cancel_timer(kind=OFFER_TIMER, key=str(offer.pk))
    emit(
        OfferSettled(
            ticket_id=offer.item.ticket_id,
            item_id=offer.item_id,
            offer_id=offer.pk,
            staff_id=offer.staff_id,
            state=state,
            at=now,
        )
    )


def withdraw(item: WorkItem, *, now: datetime) -> None:
    """Close the open offer of locked work; only what is offered has one."""
    if item.state != WorkItem.State.OFFERED:
        return
    offer = Offer.objects.select_for_update().filter(item=item, state=Offer.State.OPEN).first()
    if offer is not None:
        offer.item = item
        settle(offer, Offer.State.WITHDRAWN, now=now)


def give(item: WorkItem, to: Staff, *, by_id: int | None, now: datetime) -> None:
    """The work, whose unit is reserved, is theirs, and so is the ticket."""
    item.state, item.holder, item.accepted_at = WorkItem.State.HELD, to, now
    item.save(update_fields=["state", "holder", "accepted_at"])
    cancel_timer(kind=WORK_TIMER, key=str(item.pk))
    watch_quiet(item, now=now)
    emit(WorkGiven(ticket_id=item.ticket_id, item_id=item.pk, staff_id=to.pk, by_id=by_id, at=now))
    route_ticket(ticket_id=item.ticket_id, to=to, now=now)


def watch_quiet(item: WorkItem, *, now: datetime) -> None:
    """Free the unit after the kind's time of silence, counted from now."""
    minutes = KindRule.objects.filter(pk=item.kind).values_list("quiet_minutes", flat=True).first()
    if minutes:
        set_timer(kind=QUIET_TIMER, key=str(item.pk), due_at=now + timedelta(minutes=minutes))


def take_back(item: WorkItem, *, reason: str, by: Staff | None, now: datetime) -> int:
    """Put work back into its queue at its old rank, with its history; returns who had it."""
    had = item.holder_id
    assert had is not None
    withdraw(item, now=now)
    if item.state != WorkItem.State.QUIET:
        unload_seat(lock_seat(had, now=now), item.kind, now=now)
    Decision.objects.create(
        item=item,
        staff_id=had,
        how=Decision.How.RETURNED,
        queue_id=item.queue_id,
        reason=reason,
        by=by,
        ring=item.ring,
        at=now,
    )
    item.state, item.holder, item.accepted_at = WorkItem.State.WAITING, None, None
    item.kept_until = None
    item.save(update_fields=["state", "holder", "accepted_at", "kept_until", "refused_by"])
    cancel_timer(kind=QUIET_TIMER, key=str(item.pk))
    set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=now)
    emit(WorkReturned(ticket_id=item.ticket_id, item_id=item.pk, from_id=had, reason=reason, at=now))
    return had
