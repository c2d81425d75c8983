"""Call-backs that waiting customers took: promised when taken, and whose they are when their turn comes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.models import CallBackWish
from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.commands.promising import move, note_withdrawn, promise_on
from zhiyin.procedures.events_promises import PromiseHandedOver
from zhiyin.procedures.models import Promise
from zhiyin.tickets.models import Ticket


@transaction.atomic
def promise_call_back(*, ticket_id: int, wish_id: int, due_at: datetime, now: datetime) -> Promise | None:
    """Promise the call a waiting customer wished for, by whoever has the case, or whoever gets it; nothing where the
    wish was forgotten. Who wishes anew, at another number or sooner, has one promise still."""
    wish = CallBackWish.objects.filter(pk=wish_id).first()
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    if wish is None or ticket is None:
        return None
    promise = _promised_call(ticket)
    if promise is None:
        return promise_on(
            ticket,
            kind=Promise.Kind.CALL_BACK,
            text=wish.phone,
            due_at=due_at,
            owner_id=ticket.assignee_id,
            by=None,
            now=now,
        )
    promise.text = wish.phone
    promise.save(update_fields=["text"])
    if due_at < promise.due_at:
        move(promise, due_at=due_at, reason="", by=None, now=now)
    return promise


@transaction.atomic
def drop_promised_call(*, ticket_id: int, now: datetime) -> None:
    """The customer who wished for a call waits where they wrote: the promise is taken back."""
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    promise = _promised_call(ticket) if ticket is not None else None
    if promise is not None:
        note_withdrawn(promise, reason="", by=None, now=now)


def _promised_call(ticket: Ticket) -> Promise | None:
    """The open call that a customer wished for, locked."""
    calls = Promise.objects.open().filter(ticket=ticket, kind=Promise.Kind.CALL_BACK, made_by=None)
    return calls.select_for_update(of=("self",)).first()


@transaction.atomic
def take_over_call_backs(*, ticket_id: int, staff_id: int, now: datetime) -> int:
    """The turn of a case has come: the calls its customer waits for are theirs who got it; returns how many."""
    unowned = Promise.objects.open().filter(ticket=ticket_id, kind=Promise.Kind.CALL_BACK, owner=None)
    if not unowned.exists():
        return 0
    Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    promises = list(unowned.select_for_update(of=("self",)).order_by("pk"))
    for promise in promises:
        promise.owner_id = staff_id
        promise.save(update_fields=["owner"])
        emit(
            PromiseHandedOver(
                promise_id=promise.pk,
                ticket_id=ticket_id,
                from_id=None,
                to_id=staff_id,
                by_id=staff_id,
                at=now,
            )
        )
    return len(promises)
