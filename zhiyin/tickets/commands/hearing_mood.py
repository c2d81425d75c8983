"""How the customer sounds. What tells it is known above; here it is one word to choose tickets by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.tickets.events_around import TicketMoodHeard
from zhiyin.tickets.models import Ticket


def hear_mood(ticket: Ticket, mood: str, *, by: Staff | None, now: datetime) -> None:
    """Give a locked ticket another mood; nobody who writes is warned of that."""
    hear_moods([(ticket, mood, now)], by=by)


def hear_moods(heard: Sequence[tuple[Ticket, str, datetime]], *, by: Staff | None) -> None:
    """The same of many, each with its moment; two queries, none where no mood is another."""
    others = [(ticket, mood, now) for ticket, mood, now in heard if ticket.mood != mood]
    facts = [
        TicketMoodHeard(ticket_id=ticket.pk, mood=mood, was=ticket.mood, by_id=by.pk if by else None, at=now)
        for ticket, mood, now in others
    ]
    for ticket, mood, _ in others:
        ticket.mood = mood
    if others:
        Ticket.objects.bulk_update([ticket for ticket, _, _ in others], ["mood"])
    emit_all(facts)
