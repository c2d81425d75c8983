"""A customer's message comes in: it joins the ticket it belongs to, or opens one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.blocking import hold_message, let_go
from zhiyin.channels.models import InboundMessage
from zhiyin.channels.queries import is_blocked, own_addresses, plain_address
from zhiyin.customers.commands import customer_for_identity
from zhiyin.customers.models import Customer
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.waking import tell_woken
from zhiyin.tickets.events import CustomerWrote, MessageRepeated, TicketOpened, TicketReopened
from zhiyin.tickets.indexing import index_ticket
from zhiyin.tickets.models import Message, Participant, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import lock_root, root_of

AUTOMATIC_TAG = "automatic"
UNREADABLE_TAG = "unreadable"


@transaction.atomic
def receive_message(*, inbound_id: int) -> Message | None:
    """Put an understood message on its ticket's timeline, once.

    None for a bounce of something we sent, which shows on the message that bounced, for a copy, which shows on
    the message it repeats, and for one of a blocked sender, which is held back.
    """
    inbound = InboundMessage.objects.select_related("channel").get(pk=inbound_id)
    if inbound.bounced is not None:
        return None
    if is_blocked(inbound):
        hold_message(inbound=inbound)
        return None
    if inbound.copy_of_id is not None and _note_copy(inbound):
        return None
    return _take_in(inbound)


@transaction.atomic
def let_message_in(*, inbound_id: int, by: Staff, now: datetime) -> Message:
    """Receive a message that was held back, as if it came now. Raises InboundMessage.DoesNotExist for any other."""
    inbound = let_go(inbound_id=inbound_id)
    inbound.received_at = (
        now  # it stands on the timeline, and counts as waiting, from when people could see it
    )
    record_audit(action="messages.let_in", by=by.pk, target=f"inbound:{inbound_id}", now=now)
    return _take_in(inbound)


def _take_in(inbound: InboundMessage) -> Message:
    customer = customer_for_identity(
        kind=inbound.sender_kind,
        value=inbound.sender_value,
        name=inbound.sender_name,
        now=inbound.received_at,
        proven=[(one["kind"], one["value"]) for one in inbound.headers.get("also_known_as", [])],
    )
    ticket, origin_id = _ticket_for(inbound, customer)
    message = Message.objects.create(
        ticket=ticket,
        origin_id=origin_id,
        kind=Message.Kind.INBOUND,
        at=inbound.received_at,
        customer=customer,
        inbound=inbound,
    )
    _note_parties(ticket, inbound)
    _remember_thread(ticket, origin_id, inbound)
    quoted = inbound.quoted_text if ticket.message_count < 2 else ""  # later it only repeats what is here
    sender = f"{inbound.sender_name} {inbound.sender_value}"
    index_ticket(ticket, customer=customer, text=f"{sender}\n{inbound.text}\n{quoted}")
    emit(
        CustomerWrote(
            ticket_id=ticket.pk, message_id=message.pk, automatic=bool(inbound.automatic), at=message.at
        )
    )
    return message


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
    _note_parties(ticket, inbound)
    _remember_thread(ticket, original.origin_id, inbound)
    ticket.touch(inbound.received_at)
    ticket.save(update_fields=["updated_at", "version"])
    emit(
        MessageRepeated(
            ticket_id=ticket.pk, message_id=original.pk, inbound_id=inbound.pk, at=inbound.received_at
        )
    )
    return True


def _ticket_for(inbound: InboundMessage, customer: Customer) -> tuple[Ticket, int | None]:
    """The ticket it belongs to, locked and changed by the message; a new one where there is none.

    With it the merged ticket whose thread or number the message came by, if it was one.
    """
    referred = find_ticket(inbound)
    ticket = lock_root(referred) if referred is not None else None
    if ticket is None or ticket.status == Ticket.Status.CLOSED:
        return _open_ticket(inbound, customer), None
    was, was_custom, was_snoozed = ticket.status, ticket.custom_status_id, ticket.snoozed_until is not None
    if inbound.automatic:
        ticket.touch(inbound.received_at)
        ticket.message_count += 1
    else:
        ticket.hear_customer(preview=_preview(inbound), at=inbound.received_at)
    ticket.save(
        update_fields=[
            "preview",
            "last_message_from",
            "last_message_at",
            "message_count",
            "waiting_since",
            "status",
            "custom_status",
            "solved_at",
            "snoozed_until",
            "woken_at",
            "updated_at",
            "version",
        ]
    )
    if was_snoozed and ticket.snoozed_until is None:
        tell_woken(ticket, reason="customer", by=None, now=inbound.received_at)
    if was != ticket.status:
        emit(
            TicketReopened(
                ticket_id=ticket.pk, was=was, was_custom_id=was_custom, by_id=None, at=inbound.received_at
            )
        )
    return ticket, referred if referred != ticket.pk else None


def find_ticket(inbound: InboundMessage) -> int | None:
    """By what the message refers to, best first; then by number, believed only from a participant who is no impostor.

    The id of the ticket referred to, which may be an alias.
    """
    if inbound.thread_keys:
        known = dict(ThreadKey.objects.filter(key__in=inbound.thread_keys).values_list("key", "ticket_id"))
        for key in inbound.thread_keys:
            if key in known:
                return known[key]
    if inbound.ticket_number is None or inbound.marks.get("sender", {}).get("suspicious"):
        return None
    takes_part = Participant.objects.filter(
        ticket_id__in=[inbound.ticket_number, root_of(inbound.ticket_number)],
        kind=inbound.sender_kind,
        value=normal_identity(inbound.sender_kind, inbound.sender_value),
    ).exists()
    return inbound.ticket_number if takes_part else None


def _open_ticket(inbound: InboundMessage, customer: Customer) -> Ticket:
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
    ticket.save(force_insert=True)
    emit(TicketOpened(ticket_id=ticket.pk, customer_id=customer.pk, channel_id=inbound.channel_id, at=at))
    return ticket


def _remember_thread(ticket: Ticket, origin_id: int | None, inbound: InboundMessage) -> None:
    """What refers to this message comes to its ticket. A conversation whose ticket is closed goes on with the new one.

    A merged ticket keeps its own keys, and gets those of what came by them.
    """
    elsewhere = ThreadKey.objects.filter(key__in=inbound.own_keys).exclude(ticket=ticket)
    for key in elsewhere:
        if Ticket.objects.get(pk=root_of(key.ticket_id)).status == Ticket.Status.CLOSED:
            elsewhere.filter(pk=key.pk).update(ticket=ticket)
    ThreadKey.objects.bulk_create(
        (ThreadKey(key=key, ticket_id=origin_id or ticket.pk) for key in inbound.own_keys),
        ignore_conflicts=True,
    )


def _note_parties(ticket: Ticket, inbound: InboundMessage) -> None:
    ours = own_addresses() if inbound.parties else set()
    sender = Participant(
        ticket=ticket,
        kind=inbound.sender_kind,
        value=normal_identity(inbound.sender_kind, inbound.sender_value),
        name=inbound.sender_name,
    )
    others = [
        Participant(
            ticket=ticket,
            kind="email",
            value=normal_identity("email", party["value"]),
            name=party["name"],
            role="cc",
        )
        for party in inbound.parties
        if plain_address(party["value"]) not in ours
    ]
    Participant.objects.bulk_create([sender, *others], ignore_conflicts=True)


def _preview(inbound: InboundMessage) -> str:
    return inbound.text or inbound.quoted_text or inbound.subject
