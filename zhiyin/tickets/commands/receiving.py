"""Customers' messages come in: each joins the ticket it belongs to, or opens one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.blocking import hold_message, let_go
from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.channels.queries import blocked_among
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.taking_in import note_parties, take_in
from zhiyin.tickets.events import MessageRepeated
from zhiyin.tickets.models import Message, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import lock_root


def receive_message(*, inbound_id: int) -> Message | None:
    """Put an understood message on its ticket's timeline, once.

    None for a bounce of something we sent, which shows on the message that bounced, for a copy, which shows on
    the message it repeats, and for one of a blocked sender, which is held back.
    """
    return receive_messages(inbound_ids=[inbound_id])[0]


@transaction.atomic(savepoint=False)
def receive_messages(*, inbound_ids: Sequence[int]) -> list[Message | None]:
    """The same for many in their order; as many queries as for one, unless there are copies among them."""
    inbounds = _read(inbound_ids)
    blocked = blocked_among(inbounds)
    received: dict[int, Message] = {}
    waiting: list[InboundMessage] = []
    for inbound in inbounds:
        if inbound.bounced_id is not None:
            continue
        if inbound.pk in blocked:
            hold_message(inbound=inbound)
        elif inbound.copy_of_id is None:
            waiting.append(inbound)
        else:  # what it repeats may be among those that wait
            received |= take_in(waiting)
            waiting = [] if _note_copy(inbound) else [inbound]
    received |= take_in(waiting)
    return [received.get(inbound_id) for inbound_id in inbound_ids]


@transaction.atomic
def let_message_in(*, inbound_id: int, by: Staff, now: datetime) -> Message:
    """Receive a message that was held back, as if it came now. Raises InboundMessage.DoesNotExist for any other."""
    inbound = let_go(inbound_id=inbound_id)
    inbound.received_at = (
        now  # it stands on the timeline, and counts as waiting, from when people could see it
    )
    record_audit(action="messages.let_in", by=by.pk, target=f"inbound:{inbound_id}", now=now)
    return take_in([inbound])[inbound_id]


def _read(inbound_ids: Sequence[int]) -> list[InboundMessage]:
    """In this order, each with its channel."""
    found = InboundMessage.objects.defer("html").in_bulk(inbound_ids)
    channels = Channel.objects.defer("secrets").in_bulk({inbound.channel_id for inbound in found.values()})
    for inbound in found.values():
        inbound.channel = channels[inbound.channel_id]
    try:
        return [found[inbound_id] for inbound_id in inbound_ids]
    except KeyError as missing:
        raise InboundMessage.DoesNotExist(missing.args[0]) from missing


def _note_copy(inbound: InboundMessage) -> bool:
    """Note on the message it repeats that it came again; False where it is news, since we have answered meanwhile."""
    original = Message.objects.filter(inbound_id=inbound.copy_of_id).select_related("inbound").first()
    if original is None or original.inbound is None:
        return False
    ticket = lock_root(original.ticket_id)
    is_same_mail = bool(set(inbound.own_keys) & set(original.inbound.own_keys))
    still_waits = ticket.waiting_since is not None and ticket.waiting_since <= original.at
    if ticket.status == Ticket.Status.CLOSED or not (is_same_mail or still_waits):
        return False
    note_parties([(ticket, inbound)])
    _remember_thread(ticket, original.origin_id, inbound)
    ticket.touch(inbound.received_at)
    ticket.save(update_fields=["updated_at", "version"])
    emit(
        MessageRepeated(
            ticket_id=ticket.pk, message_id=original.pk, inbound_id=inbound.pk, at=inbound.received_at
        )
    )
    return True


def _remember_thread(ticket: Ticket, origin_id: int | None, inbound: InboundMessage) -> None:
    """What refers to the copy comes to the ticket of what it repeats."""
    ThreadKey.objects.bulk_create(
        (ThreadKey(key=key, ticket_id=origin_id or ticket.pk) for key in inbound.own_keys),
        ignore_conflicts=True,
    )
