"""Bringing a snoozed ticket back, from whatever cause."""

from __future__ import annotations

from datetime import datetime

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import cancel_timer
from zhiyin.tickets.events_around import TicketWoken
from zhiyin.tickets.models import Ticket

TIMER = "tickets.snooze"


def wake_if_snoozed(ticket: Ticket, *, reason: str, by: Staff | None, now: datetime) -> None:
    """End a locked ticket's snooze, if it has one, and tell it. `reason` is time, customer or staff."""
    if ticket.snoozed_until is None:
        return
    ticket.wake(now)
    ticket.save(update_fields=["snoozed_until", "woken_at"])
    tell_woken(ticket, reason=reason, by=by, now=now)


def tell_woken(ticket: Ticket, *, reason: str, by: Staff | None, now: datetime) -> None:
    """Tell of a ticket that its own change has woken."""
    emit(woken(ticket, reason=reason, by=by, now=now))


def woken(ticket: Ticket, *, reason: str, by: Staff | None, now: datetime) -> TicketWoken:
    """The fact of it, for who tells it with others; nothing wakes the ticket any more."""
    cancel_timer(kind=TIMER, key=str(ticket.pk))
    return TicketWoken(ticket_id=ticket.pk, reason=reason, by_id=by.pk if by else None, at=now)
