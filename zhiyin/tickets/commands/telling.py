"""Telling a customer something that nobody writes to them alone: that an incident is over, a question how they found it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.channels.commands.delivering import Outgoing, queue_automatic
from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.answering import remember_thread
from zhiyin.tickets.commands.sourcing import note_automatic_answer
from zhiyin.tickets.commands.wording import BannedWords, judge_words, note_refused, note_sent
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
    machine: dict[str, Any] | None = None,
) -> Message | None:
    """Tell the ticket's customer, back the way they last came unless told where. The same key is sent once.

    It answers nothing: who waited waits still, and nobody takes the ticket by it. None where there is no way, or
    silence is better because a machine might answer, or the words are banned there. `machine` says of what kind a machine's
    words are.
    """
    ticket = lock_root(ticket_id)
    if (said := _said_before(key)) is not None:
        return said
    message = _say(ticket, text, key=key, target=target, machine=machine or {}, by=by, now=now)
    if message is None:
        return None
    ticket.tell(preview=text, at=now)
    _tell_all(ticket, message, text, by_id=by.pk if by is not None else None, now=now)
    return message


@transaction.atomic
def answer_by_machine(
    *,
    ticket_id: int,
    text: str,
    key: str,
    version_ids: list[int],
    sources: list[dict[str, Any]],
    now: datetime,
) -> Message | None:
    """Answer the ticket's customer from versions of knowledge entries, in nobody's name. The same key is sent once.

    Nobody waits then, and the ticket stays nobody's, in the status it has. None as for tell_customer.
    """
    ticket = lock_root(ticket_id)
    if (said := _said_before(key)) is not None:
        return said
    machine = {"kind": "answer", "sources": sources}
    message = _say(ticket, text, key=key, target=None, machine=machine, by=None, now=now)
    if message is None:
        return None
    ticket.answer_by_machine(preview=text, at=now)
    _tell_all(ticket, message, text, by_id=None, now=now)
    note_automatic_answer(message_id=message.pk, version_ids=version_ids, now=now)
    return message


@transaction.atomic
def let_wait_again(*, ticket_id: int, now: datetime) -> None:
    """What a machine answered did not do: the customer waits for people from now, unless they wait already."""
    ticket = lock_root(ticket_id)
    if ticket.is_active and ticket.waiting_since is None:
        ticket.wait_again(now)
        ticket.save(update_fields=["waiting_since", "updated_at", "version"])


def _said_before(key: str) -> Message | None:
    return Message.objects.filter(idempotency_key=f"told:{key}").first()


def _say(
    ticket: Ticket,
    text: str,
    *,
    key: str,
    target: Target | None,
    machine: dict[str, Any],
    by: Staff | None,
    now: datetime,
) -> Message | None:
    """Judged like an answer. There is nobody to ask, so that what a rule warns of leaves and is noted; banned words
    don't leave, and that is noted too."""
    try:
        judged = judge_words(text, ticket, despite=True)
        target = target or reply_target(ticket)
    except BannedWords as refusal:
        note_refused(refusal, ticket_id=ticket.pk, by=by, now=now)
        return None
    except NoWayBack:
        return None
    delivery = queue_automatic(
        channel=target.channel,
        outgoing=_outgoing(ticket, target, text, machine),
        now=now,
        answering=last_inbound(ticket),
    )
    if delivery is None:
        return None
    remember_thread(ticket, target.channel, delivery, [])
    message = Message.objects.create(
        ticket=ticket, kind=Message.Kind.OUTBOUND, at=now, delivery=delivery, idempotency_key=f"told:{key}"
    )
    note_sent(judged, message, region=ticket.region, by=by, now=now)
    return message


def _tell_all(ticket: Ticket, message: Message, text: str, *, by_id: int | None, now: datetime) -> None:
    ticket.save()
    index_ticket(ticket, customer=ticket.customer, text=text)
    emit(CustomerTold(ticket_id=ticket.pk, message_id=message.pk, by_id=by_id, at=now))


def _outgoing(ticket: Ticket, target: Target, text: str, machine: dict[str, Any]) -> Outgoing:
    return Outgoing(
        recipient_kind=target.kind,
        recipient=target.value,
        recipient_name=target.name,
        thread=target.thread,
        subject=f"Re: {ticket.subject} [#{ticket.pk}]",
        text=text,
        author_name=company_or_blank().name,
        machine=machine,
        **reply_references(ticket),
    )
