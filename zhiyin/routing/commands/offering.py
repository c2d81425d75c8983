"""What becomes of an offer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.commands.presence import send_into_break
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer
from zhiyin.routing.commands.giving import WORK_TIMER, give, settle
from zhiyin.routing.commands.seats import lock_seat, unload_seat
from zhiyin.routing.models import Offer, WorkItem
from zhiyin.tickets.models import Ticket

MISSED = {"zh": "未应答派单", "en": "Missed an offer"}


class OfferIsOver(DomainError):
    code = "routing.offer_is_over"
    status = 409
    messages = {
        "zh": "这次派单已失效，工单已回到队列。",
        "en": "This offer is over; the work is back in its queue.",
    }


@transaction.atomic
def accept_offer(*, offer_id: int, by: Staff, now: datetime) -> WorkItem:
    """Take what is offered to oneself. Raises OfferIsOver, Offer.DoesNotExist for somebody else's."""
    offer = _lock(offer_id, by)
    if offer.state == Offer.State.ACCEPTED:  # asked again: the same thing
        return offer.item
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=offer.item.ticket_id)
    taken = ticket.assignee_id not in (None, by.pk)  # a colleague claimed it, past the queue
    if offer.state != Offer.State.OPEN or offer.expires_at <= now or taken:
        raise OfferIsOver
    settle(offer, Offer.State.ACCEPTED, now=now)
    give(offer.item, by, by_id=by.pk, now=now)
    return offer.item


@transaction.atomic
def decline_offer(*, offer_id: int, by: Staff, now: datetime) -> None:
    """Let it go to somebody else. Raises OfferIsOver, Offer.DoesNotExist."""
    offer = _lock(offer_id, by)
    if offer.state != Offer.State.OPEN:
        raise OfferIsOver
    _let_go(offer, Offer.State.DECLINED, now=now)


@transaction.atomic
def expire_offer(*, offer_id: int, now: datetime) -> bool:
    """The time to accept is over: the work goes on, the person has a break. False when it was settled before."""
    offer = _lock(offer_id, None)
    if offer.state != Offer.State.OPEN:
        return False
    _let_go(offer, Offer.State.EXPIRED, now=now)
    locale = "en" if offer.staff.locale == "en" else "zh"
    send_into_break(staff_id=offer.staff_id, reason=MISSED[locale], now=now)
    return True


def _lock(offer_id: int, by: Staff | None) -> Offer:
    """The offer and its work, locked work first as everywhere."""
    offers = Offer.objects.all() if by is None else Offer.objects.filter(staff=by)
    item_id = offers.values_list("item_id", flat=True).get(pk=offer_id)
    item = WorkItem.objects.select_for_update(of=("self",)).select_related("queue").get(pk=item_id)
    offer = Offer.objects.select_for_update(of=("self",)).select_related("staff").get(pk=offer_id)
    offer.item = item
    return offer


def _let_go(offer: Offer, state: str, *, now: datetime) -> None:
    item = offer.item
    settle(offer, state, now=now)
    unload_seat(lock_seat(offer.staff_id, now=now), item.kind, now=now)
    item.state, item.holder = WorkItem.State.WAITING, None
    item.refused_by = [*item.refused_by, offer.staff_id]
    item.kept_until = None
    item.save(update_fields=["state", "holder", "refused_by", "kept_until"])
    set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=now)
