"""How the customer sounds. What tells it is known above; here it is one word to choose tickets by."""

from __future__ import annotations

from datetime import datetime

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.events_around import TicketMoodHeard
from zhiyin.tickets.models import Ticket


def hear_mood(ticket: Ticket, mood: str, *, by: Staff | None, now: datetime) -> None:
    """Give a locked ticket another mood; nobody who writes is warned of that."""
    was = ticket.mood
    if was == mood:
        return
    ticket.mood = mood
    ticket.save(update_fields=["mood"])
    emit(TicketMoodHeard(ticket_id=ticket.pk, mood=mood, was=was, by_id=by.pk if by else None, at=now))
