"""Customers who would rather be called keep the place they have."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.platform.event_log.emitting import emit
from zhiyin.routing.events import CallBackDropped, CallBackTaken
from zhiyin.routing.models import WorkItem
from zhiyin.routing.queries.waiting_customers import waiting_for
from zhiyin.tickets.models import ThreadKey
from zhiyin.tickets.queries.aliases import root_of

SOONEST = timedelta(minutes=15)  # nobody is promised a call in less
UNKNOWN = timedelta(hours=2)  # where nobody can say how long it takes


@transaction.atomic
def take_call_back(*, thread_key: str, wish_id: int, now: datetime) -> WorkItem | None:
    """Note on what waits for the customer of a thread that they want to be called, and tell by when that will be;
    None where there is no case. The place stays as it is; work that somebody has by now is theirs to call about."""
    ticket_id = _ticket_of(thread_key)
    if ticket_id is None:
        return None
    item = WorkItem.objects.select_for_update().filter(ticket=ticket_id).open().first()
    if item is not None:
        item.call_back_at = item.call_back_at or now
        item.save(update_fields=["call_back_at"])
    due = _due(ticket_id, now)
    emit(CallBackTaken(ticket_id=ticket_id, wish_id=wish_id, due=due.isoformat(), at=now))
    return item


@transaction.atomic
def drop_call_back(*, thread_key: str, now: datetime) -> None:
    """Who waits need not be called; the place stays as it is."""
    ticket_id = _ticket_of(thread_key)
    if ticket_id is None:
        return
    WorkItem.objects.filter(ticket=ticket_id).open().update(call_back_at=None)
    emit(CallBackDropped(ticket_id=ticket_id, at=now))


def _ticket_of(thread_key: str) -> int | None:
    ticket_id = ThreadKey.objects.filter(key=thread_key).values_list("ticket_id", flat=True).first()
    return root_of(ticket_id) if ticket_id is not None else None


def _due(ticket_id: int, now: datetime) -> datetime:
    """When nine of ten would have had their turn."""
    waiting = next(iter(waiting_for([ticket_id], now=now)), None)
    if waiting is None:
        return now + SOONEST
    if waiting.estimate is None:
        return (waiting.opens_at or now) + UNKNOWN
    return now + max(SOONEST, timedelta(seconds=round(waiting.estimate.high)))
