"""Bringing a ticket back to the front of its queue when what it waited for is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.waking import tell_woken
from zhiyin.tickets.events import TicketReopened
from zhiyin.tickets.events_around import TicketReturned
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import lock_root


@transaction.atomic
def return_to_front(*, ticket_id: int, by: Staff | None, now: datetime) -> Ticket:
    """Open again, awake, and before all that came later; a ticket that is done stays so."""
    ticket = lock_root(ticket_id)
    if not ticket.is_active:
        return ticket
    was, was_custom, was_snoozed = ticket.status, ticket.custom_status_id, ticket.snoozed_until is not None
    ticket.snoozed_until = None
    ticket.return_to_front(now)
    ticket.save(
        update_fields=[
            "status",
            "custom_status",
            "solved_at",
            "waiting_since",
            "snoozed_until",
            "woken_at",
            "updated_at",
            "version",
        ]
    )
    by_id = by.pk if by is not None else None
    if was_snoozed:
        tell_woken(ticket, reason="staff", by=by, now=now)
    if was != ticket.status:
        emit(TicketReopened(ticket_id=ticket.pk, was=was, was_custom_id=was_custom, by_id=by_id, at=now))
    emit(TicketReturned(ticket_id=ticket.pk, by_id=by_id, at=now))
    return ticket
