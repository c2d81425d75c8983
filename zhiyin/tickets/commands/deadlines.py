"""When the next promise on a ticket falls due. Who promises what is known above; here it is one moment to order by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.tickets.events_around import TicketDeadlineMoved
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True)
class Deadline:
    """The next deadline of a locked ticket from a moment on; none, also where all its promises stand still."""

    ticket: Ticket
    due_at: datetime | None
    at: datetime
    are_paused: bool = False


def move_deadlines(deadlines: Iterable[Deadline]) -> None:
    """Write them down where they are others; nobody who writes is warned of that. One update and one insert for all."""
    moved = [one for one in deadlines if _is_other(one)]
    for one in moved:
        one.ticket.deadline_at, one.ticket.promises_paused = one.due_at, one.are_paused
    Ticket.objects.bulk_update([one.ticket for one in moved], ["deadline_at", "promises_paused"])
    emit_all(TicketDeadlineMoved(ticket_id=one.ticket.pk, at=one.at) for one in moved)


def _is_other(deadline: Deadline) -> bool:
    was = deadline.ticket.deadline_at, deadline.ticket.promises_paused
    return was != (deadline.due_at, deadline.are_paused)
