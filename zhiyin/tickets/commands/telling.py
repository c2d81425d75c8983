"""Telling a customer something that nobody writes to them alone: that an incident is over, a question how they found it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.delivering import Outgoing, queue_automatic
from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.answering import remember_thread
from zhiyin.tickets.events_writing import CustomerTold
from zhiyin.tickets.indexing import index_ticket
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.queries.aliases import lock_root
from zhiyin.tickets.queries.threading import NoWayBack, Target, last_inbound, reply_references, reply_target


@transaction.atomic
def tell_customer(
    *,
    ticket_id: int,
    text: str,
    key: str,
    by: Staff | None,
    now: datetime,
    target: Target | None = None,
) -> Message | None:
    """Tell the ticket's customer, back the way they last came unless told where. The same key is sent once.

    It answers nothing: who waited waits still, and nobody takes the ticket by it. None where there is no way, or
    silence is better because a machine might answer.
    """
    ticket = lock_root(ticket_id)
    own = f"told:{key}"
    if (said := Message.objects.filter(idempotency_key=own).first()) is not None:
        return said
    try:
        target = target or reply_target(ticket)
    except NoWayBack:
        return None
    delivery = queue_automatic(
        channel=target.channel,
        outgoing=_outgoing(ticket, target, text),
        now=now,
        answering=last_inbound(ticket),
    )
    if delivery is None:
        return None
    remember_thread(ticket, target.channel, delivery, [])
    message = Message.objects.create(
        ticket=ticket, kind=Message.Kind.OUTBOUND, at=now, delivery=delivery, idempotency_key=own
    )
    ticket.tell(preview=text, at=now)
    ticket.save()
    index_ticket(ticket, customer=ticket.customer, text=text)
    by_id = by.pk if by is not None else None
    emit(CustomerTold(ticket_id=ticket.pk, message_id=message.pk, by_id=by_id, at=now))
    return message


def _outgoing(ticket: Ticket, target: Target, text: str) -> Outgoing:
    return Outgoing(
        recipient_kind=target.kind,
        recipient=target.value,
        recipient_name=target.name,
        thread=target.thread,
        subject=f"Re: {ticket.subject} [#{ticket.pk}]",
        text=text,
        author_name=company_or_blank().name,
        **reply_references(ticket),
    )
