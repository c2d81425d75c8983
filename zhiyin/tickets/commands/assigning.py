"""Who holds a ticket."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.lifecycle import id_of, lock_for
from zhiyin.tickets.commands.waking import wake_if_snoozed
from zhiyin.tickets.events import TicketAssigned, TicketMoved
from zhiyin.tickets.indexing import index_place
from zhiyin.tickets.models import Ticket


class ClaimedByOther(DomainError):
    code = "tickets.claimed_by_other"
    status = 409
    messages = {
        "zh": "{by_name} 已先一步领取了这张工单。",
        "en": "{by_name} was faster and has this ticket now.",
    }


class NoSuchColleague(DomainError):
    code = "tickets.no_such_colleague"
    status = 422
    messages = {
        "zh": "该同事不存在或已停用，请另选一位。",
        "en": "That colleague does not exist or is deactivated; choose another.",
    }


@transaction.atomic
def claim_ticket(*, ticket_id: int, expected_assignee_id: int | None, by: Staff, now: datetime) -> Ticket:
    """Take the ticket if it is still held by whom the caller saw. Raises ClaimedByOther otherwise."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    if ticket.assignee_id == by.pk:
        return ticket
    if ticket.assignee_id != expected_assignee_id:
        holder = ticket.assignee
        raise ClaimedByOther(by_name=holder.name if holder else "", by_id=ticket.assignee_id)
    return hand_over(ticket, to=by, by=by, now=now)


@transaction.atomic
def assign_ticket(*, ticket_id: int, assignee_id: int | None, by: Staff | None, now: datetime) -> Ticket:
    """Give the ticket to a colleague, or to nobody."""
    ticket = lock_for("tickets.assign", ticket_id=ticket_id, by=by)
    to = Staff.objects.filter(pk=assignee_id, is_active=True).first() if assignee_id else None
    if assignee_id and to is None:
        raise NoSuchColleague(assignee_id=assignee_id)
    return ticket if ticket.assignee_id == assignee_id else hand_over(ticket, to=to, by=by, now=now)


@transaction.atomic
def route_ticket(*, ticket_id: int, to: Staff | None, now: datetime) -> Ticket:
    """Give the ticket to whom the queue chose, or take it back into the queue; nobody's scope is asked."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    if ticket.assignee_id == (to.pk if to else None):
        return ticket
    return hand_over(ticket, to=to, by=to, now=now)


@transaction.atomic
def move_ticket(*, ticket_id: int, group_id: int | None, by: Staff | None, now: datetime) -> Ticket:
    """Hand the ticket to another group."""
    ticket = lock_for("tickets.assign", ticket_id=ticket_id, by=by)
    if ticket.group_id == group_id:
        return ticket
    group = Group.objects.get(pk=group_id) if group_id else None
    was, ticket.group = ticket.group_id, group
    ticket.touch(now)
    ticket.save(update_fields=["group", "updated_at", "version"])
    index_place(ticket)
    if by is None:  # a rule hands on: it must not hide from whoever comes next
        wake_if_snoozed(ticket, reason="staff", by=None, now=now)
    emit(TicketMoved(ticket_id=ticket.pk, from_group_id=was, to_group_id=group_id, by_id=id_of(by), at=now))
    return ticket


def hand_over(ticket: Ticket, *, to: Staff | None, by: Staff | None, now: datetime) -> Ticket:
    """Give a locked ticket to somebody and tell it; `by` is nobody where a rule gives it or the queue takes it back."""
    was, ticket.assignee = ticket.assignee_id, to
    ticket.touch(now)
    ticket.save(update_fields=["assignee", "updated_at", "version"])
    index_place(ticket)
    if to is not None and to != by:  # what somebody is given must not hide from them
        wake_if_snoozed(ticket, reason="staff", by=by, now=now)
    emit(
        TicketAssigned(ticket_id=ticket.pk, from_id=was, to_id=to.pk if to else None, by_id=id_of(by), at=now)
    )
    return ticket
