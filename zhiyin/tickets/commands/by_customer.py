"""What customers do to their tickets themselves, where a channel lets them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.waking import wake_if_snoozed
from zhiyin.tickets.events import TicketSolvedByCustomer
from zhiyin.tickets.models import ThreadKey, Ticket


@transaction.atomic
def solve_by_customer(*, ticket_id: int, customer_id: int, now: datetime) -> Ticket:
    """The customer says that nothing is left to do; a ticket that is done already stays so."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id, customer_id=customer_id)
    if not ticket.is_active:
        return ticket
    wake_if_snoozed(ticket, reason="customer", by=None, now=now)
    was = ticket.status
    ticket.change_status(Ticket.Status.SOLVED, at=now)
    ticket.save(
        update_fields=[
            "status",
            "custom_status",
            "solved_at",
            "waiting_since",
            "woken_at",
            "updated_at",
            "version",
        ]
    )
    emit(TicketSolvedByCustomer(ticket_id=ticket.pk, was=was, at=now))
    return ticket


@transaction.atomic
def name_thread(*, ticket_id: int, key: str) -> None:
    """Let messages that refer to this key come to the ticket."""
    ThreadKey.objects.get_or_create(key=key, defaults={"ticket_id": ticket_id})
