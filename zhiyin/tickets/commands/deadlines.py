"""When the next promise on a ticket falls due. Who promises what is known above; here it is one moment to order by."""

from __future__ import annotations

from datetime import datetime

from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.events_around import TicketDeadlineMoved
from zhiyin.tickets.models import Ticket


def move_deadline(
    ticket: Ticket, deadline_at: datetime | None, *, now: datetime, are_paused: bool = False
) -> None:
    """Give a locked ticket another next deadline, or none, with whether that is because all its promises stand still;
    nobody who writes is warned of that."""
    if (ticket.deadline_at, ticket.promises_paused) == (deadline_at, are_paused):
        return
    ticket.deadline_at, ticket.promises_paused = deadline_at, are_paused
    ticket.save(update_fields=["deadline_at", "promises_paused"])
    emit(TicketDeadlineMoved(ticket_id=ticket.pk, at=now))
