"""Taking messages in: many at once, each on the ticket it belongs to, whose row they change one after the other.

Everything is read and locked for all of them together, then decided for one after the other as if each came alone,
then written together. A ticket that one of them opens is there for those behind it before it has a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from zhiyin.channels.models import InboundMessage
from zhiyin.channels.queries import own_addresses, plain_address
from zhiyin.customers.commands import Contact, customers_for
from zhiyin.customers.models import Customer
from zhiyin.customers.normalising import normal_identity
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.event_log.facts import Fact
from zhiyin.tickets.commands.waking import woken
from zhiyin.tickets.events import CustomerWrote, TicketOpened, TicketReopened
from zhiyin.tickets.indexing import Said, index_tickets
from zhiyin.tickets.models import Message, Participant, Ticket
from zhiyin.tickets.queries.threads import Place, Threads

AUTOMATIC_TAG = "automatic"
UNREADABLE_TAG = "unreadable"
_CHANGED = {  # what a message changes on a ticket that is there already, and how it is sent to the database
    "preview": "text",
    "last_message_from": "text",
    "last_message_at": "timestamptz",
    "message_count": "int",
    "waiting_since": "timestamptz",
    "status": "text",
    "custom_status_id": "bigint",
    "solved_at": "timestamptz",
    "snoozed_until": "timestamptz",
    "woken_at": "timestamptz",
    "updated_at": "timestamptz",
    "version": "int",
}


@dataclass
class Arrival:
    """A message, where it goes, and what that does to the ticket."""

    inbound: InboundMessage
    customer: Customer
    place: Place
    opens: bool = False
    wakes: bool = False
    reopens: tuple[str, int | None] | None = None  # the status before, and the custom one
    is_early: bool = False  # one of the first two on its ticket: what it quotes is not there yet
    message: Message = field(default_factory=Message)

    @property
    def ticket(self) -> Ticket:
        return self.place.ticket


def take_in(inbounds: Sequence[InboundMessage]) -> dict[int, Message]:
    """Put messages on their tickets in this order, inside the caller's transaction; by id of what was understood."""
    if not inbounds:
        return {}
    customers = customers_for([_contact(inbound) for inbound in inbounds])
    threads = Threads(inbounds)
    arrivals = [
        _arrive(inbound, customer, threads) for inbound, customer in zip(inbounds, customers, strict=True)
    ]
    _write_tickets(arrivals)
    _write_messages(arrivals)
    note_parties([(arrival.ticket, arrival.inbound) for arrival in arrivals])
    threads.write()
    index_tickets(_said(arrivals))
    emit_all([fact for arrival in arrivals for fact in _facts(arrival)])
    return {arrival.inbound.pk: arrival.message for arrival in arrivals}


def note_parties(arrived: Sequence[tuple[Ticket, InboundMessage]]) -> None:
    """Note who takes part in the tickets from now on: senders, and whom they copied, but for ourselves."""
    ours = own_addresses() if any(inbound.parties for _, inbound in arrived) else set()
    parts: dict[tuple[int, str, str], Participant] = {}
    for ticket, inbound in arrived:
        value = normal_identity(inbound.sender_kind, inbound.sender_value)
        sender = Participant(ticket=ticket, kind=inbound.sender_kind, value=value, name=inbound.sender_name)
        parts.setdefault((ticket.pk, sender.kind, value), sender)
        for party in inbound.parties:
            if plain_address(party["value"]) not in ours:
                value = normal_identity("email", party["value"])
                copied = Participant(ticket=ticket, kind="email", value=value, name=party["name"], role="cc")
                parts.setdefault((ticket.pk, "email", value), copied)
    Participant.objects.bulk_create(parts.values(), ignore_conflicts=True)


def _contact(inbound: InboundMessage) -> Contact:
    proven = [(one["kind"], one["value"]) for one in inbound.headers.get("also_known_as", [])]
    return Contact(
        kind=inbound.sender_kind,
        value=inbound.sender_value,
        name=inbound.sender_name,
        at=inbound.received_at,
        proven=proven,
    )


def _arrive(inbound: InboundMessage, customer: Customer, threads: Threads) -> Arrival:
    """Find the message's ticket, or make one, and change it by the message."""
    place = threads.find(inbound)
    if place is None or place.ticket.status == Ticket.Status.CLOSED:
        arrival = Arrival(inbound, customer, Place(_new_ticket(inbound, customer)), opens=True)
    else:
        arrival = Arrival(inbound, customer, place)
        _change(arrival)
    arrival.is_early = arrival.ticket.message_count < 2
    threads.remember(inbound, arrival.place)
    return arrival


def _change(arrival: Arrival) -> None:
    ticket, inbound = arrival.ticket, arrival.inbound
    was, was_custom, was_snoozed = ticket.status, ticket.custom_status_id, ticket.snoozed_until is not None
    if inbound.automatic:
        ticket.touch(inbound.received_at)
        ticket.message_count += 1
    else:
        ticket.hear_customer(preview=_preview(inbound), at=inbound.received_at)
    arrival.wakes = was_snoozed and ticket.snoozed_until is None
    arrival.reopens = (was, was_custom) if was != ticket.status else None


def _new_ticket(inbound: InboundMessage, customer: Customer) -> Ticket:
    at = inbound.received_at
    automatic = bool(inbound.automatic) and inbound.automatic != "list"
    tags = [AUTOMATIC_TAG] * automatic + [UNREADABLE_TAG] * inbound.unreadable
    ticket = Ticket(
        subject=inbound.subject,
        channel=inbound.channel,
        customer=customer,
        group_id=inbound.channel.default_group_id,
        tags=tags,
        created_at=at,
        updated_at=at,
    )
    ticket.hear_customer(preview=_preview(inbound), at=at)
    if automatic:  # kept and findable, but nobody needs to answer a machine
        ticket.change_status(Ticket.Status.SOLVED, at=at)
    return ticket


def _write_tickets(arrivals: Sequence[Arrival]) -> None:
    """The new ones, numbered in the order in which they were opened, then those that were there."""
    Ticket.objects.bulk_create(arrival.ticket for arrival in arrivals if arrival.opens)
    new = {arrival.ticket.pk for arrival in arrivals if arrival.opens}
    changed = {arrival.ticket.pk: arrival.ticket for arrival in arrivals if arrival.ticket.pk not in new}
    if not changed:
        return
    columns = ", ".join(f"{name} = told.{name}" for name in _CHANGED)
    arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *_CHANGED.values()))
    told = [[getattr(ticket, name) for ticket in changed.values()] for name in _CHANGED]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_ticket SET {columns} FROM unnest({arrays}) AS told (id, {', '.join(_CHANGED)})"
            " WHERE tickets_ticket.id = told.id",
            [list(changed), *told],
        )


def _write_messages(arrivals: Sequence[Arrival]) -> None:
    for arrival in arrivals:
        arrival.message = Message(
            ticket=arrival.ticket,
            origin_id=arrival.place.origin_id,
            kind=Message.Kind.INBOUND,
            at=arrival.inbound.received_at,
            customer=arrival.customer,
            inbound=arrival.inbound,
        )
    Message.objects.bulk_create(arrival.message for arrival in arrivals)


def _said(arrivals: Sequence[Arrival]) -> Iterable[Said]:
    found: dict[int, Said] = {}
    for arrival in arrivals:
        inbound, ticket = arrival.inbound, arrival.ticket
        quoted = inbound.quoted_text if arrival.is_early else ""  # later it only repeats what is here
        said = found.setdefault(ticket.pk, Said(ticket, arrival.customer, [], {ticket.last_message_at}))
        writer = f"{arrival.customer.name}\n{arrival.customer.company}\n{inbound.sender_name} {inbound.sender_value}"
        said.texts.append(f"{writer}\n{inbound.text}\n{quoted}")
        said.at |= set() if inbound.automatic else {inbound.received_at}
    return found.values()


def _facts(arrival: Arrival) -> Iterator[Fact]:
    ticket, inbound, at = arrival.ticket, arrival.inbound, arrival.inbound.received_at
    if arrival.opens:
        yield TicketOpened(
            ticket_id=ticket.pk, customer_id=arrival.customer.pk, channel_id=inbound.channel_id, at=at
        )
    if arrival.wakes:
        yield woken(ticket, reason="customer", by=None, now=at)
    if arrival.reopens is not None:
        was, was_custom = arrival.reopens
        yield TicketReopened(ticket_id=ticket.pk, was=was, was_custom_id=was_custom, by_id=None, at=at)
    yield CustomerWrote(
        ticket_id=ticket.pk, message_id=arrival.message.pk, automatic=bool(inbound.automatic), at=at
    )


def _preview(inbound: InboundMessage) -> str:
    return inbound.text or inbound.quoted_text or inbound.subject
