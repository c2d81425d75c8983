"""What a rule does to a ticket by itself, in nobody's name: more urgent, or into other hands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.assigning import NoSuchColleague
from zhiyin.tickets.commands.lifecycle import refuse_alias
from zhiyin.tickets.commands.waking import wake_if_snoozed
from zhiyin.tickets.events import TicketAssigned, TicketEdited, TicketMoved
from zhiyin.tickets.indexing import index_place
from zhiyin.tickets.models import Ticket


@transaction.atomic
def raise_priority(*, ticket_id: int, now: datetime) -> Ticket:
    """One step more urgent; an urgent one stays so. Raises MergedAway."""
    ticket = _locked(ticket_id)
    if ticket.priority >= Ticket.Priority.URGENT or not ticket.is_active:
        return ticket
    ticket.priority += 1
    ticket.touch(now)
    ticket.save(update_fields=["priority", "updated_at", "version"])
    emit(TicketEdited(ticket_id=ticket.pk, fields=["priority"], by_id=None, at=now))
    return ticket


@transaction.atomic
def hand_on(*, ticket_id: int, staff_id: int | None, group_id: int | None, now: datetime) -> Ticket:
    """To a group, to a person, or both; to a group alone it goes unassigned. Raises NoSuchColleague, MergedAway."""
    ticket = _locked(ticket_id)
    if not ticket.is_active:
        return ticket
    to = Staff.objects.active().filter(pk=staff_id).first() if staff_id is not None else None
    if staff_id is not None and to is None:
        raise NoSuchColleague(assignee_id=staff_id)
    group = Group.objects.get(pk=group_id) if group_id is not None else ticket.group
    was_group, was = ticket.group_id, ticket.assignee_id
    if group_id is None and to is None:
        return ticket
    ticket.group = group
    if to is not None or was_group != ticket.group_id:
        ticket.assignee = to
    if (was_group, was) == (ticket.group_id, ticket.assignee_id):
        return ticket
    ticket.touch(now)
    ticket.save(update_fields=["group", "assignee", "updated_at", "version"])
    index_place(ticket)
    wake_if_snoozed(ticket, reason="staff", by=None, now=now)
    _tell(ticket, was_group, was, now)
    return ticket


def _tell(ticket: Ticket, was_group: int | None, was: int | None, now: datetime) -> None:
    if was_group != ticket.group_id:
        to = ticket.group_id
        emit(TicketMoved(ticket_id=ticket.pk, from_group_id=was_group, to_group_id=to, by_id=None, at=now))
    if was != ticket.assignee_id:
        emit(TicketAssigned(ticket_id=ticket.pk, from_id=was, to_id=ticket.assignee_id, by_id=None, at=now))


def _locked(ticket_id: int) -> Ticket:
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    refuse_alias(ticket)
    return ticket
