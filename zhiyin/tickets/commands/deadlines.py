"""When the next promise on a ticket falls due. Who promises what is known above; here it is one moment to order by."""

from __future__ import annotations

from datetime import datetime

from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.events_around import TicketDeadlineMoved
from zhiyin.tickets.models import Ticket


def move_deadline(ticket: Ticket, deadline_at: datetime | None, *, now: datetime) -> None:
    """Give a locked ticket another next deadline, or none; nobody who writes is warned of that."""
    if ticket.deadline_at == deadline_at:
        return
    ticket.deadline_at = deadline_at
    ticket.save(update_fields=["deadline_at"])
    emit(TicketDeadlineMoved(ticket_id=ticket.pk, at=now))
