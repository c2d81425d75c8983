"""Snoozing: out of the working lists until a moment, and back by itself or when the customer writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer
from zhiyin.tickets.commands.lifecycle import id_of, lock_for
from zhiyin.tickets.commands.waking import TIMER, wake_if_snoozed
from zhiyin.tickets.events_around import TicketSnoozed
from zhiyin.tickets.models import Ticket

LONGEST = timedelta(days=366)
UNTIL_CUSTOMER = timedelta(
    days=30
)  # nothing sleeps for ever: a customer who stays silent is thought of again


class NotAMomentAhead(DomainError):
    code = "tickets.not_a_moment_ahead"
    status = 422
    messages = {
        "zh": "请选择一年以内的将来时间。",
        "en": "Choose a moment that is still to come, within a year.",
    }


class NothingToSnooze(DomainError):
    code = "tickets.nothing_to_snooze"
    status = 409
    messages = {
        "zh": "工单已经结束，无需稍后处理。要继续跟进，请先重新打开。",
        "en": "This ticket is done, so there is nothing to snooze. Reopen it first if there is more to do.",
    }


@transaction.atomic
def snooze_ticket(*, ticket_id: int, until: datetime | None, by: Staff | None, now: datetime) -> Ticket:
    """Put the ticket aside until a moment; None: until the customer writes, UNTIL_CUSTOMER at most.

    A message of the customer always brings it back. Raises NotAMomentAhead, NothingToSnooze.
    """
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    until = until or now + UNTIL_CUSTOMER
    check_ahead(until, now=now)
    if not ticket.is_active:
        raise NothingToSnooze
    ticket.snooze(until, at=now)
    ticket.save(update_fields=["snoozed_until", "woken_at", "updated_at", "version"])
    set_timer(kind=TIMER, key=str(ticket.pk), due_at=until)
    emit(TicketSnoozed(ticket_id=ticket.pk, until=until.isoformat(), by_id=id_of(by), at=now))
    return ticket


@transaction.atomic
def wake_ticket(*, ticket_id: int, by: Staff, now: datetime) -> Ticket:
    """Bring the ticket back before its time; nothing when it is not snoozed."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    wake_if_snoozed(ticket, reason="staff", by=by, now=now)
    return ticket


@transaction.atomic
def wake_in_time(*, ticket_id: int, now: datetime) -> None:
    """Bring back a ticket whose time has come, unless it was snoozed anew meanwhile."""
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id, snoozed_until__lte=now).first()
    if ticket is not None:
        wake_if_snoozed(ticket, reason="time", by=None, now=now)


def check_ahead(moment: datetime, *, now: datetime) -> None:
    """Refuse what is past or very far. Raises NotAMomentAhead."""
    if not now < moment <= now + LONGEST:
        raise NotAMomentAhead
