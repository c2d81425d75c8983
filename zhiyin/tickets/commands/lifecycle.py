"""A ticket's states, and what the desk edits on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.waking import wake_if_snoozed
from zhiyin.tickets.events import (
    TicketClosed,
    TicketEdited,
    TicketPutOnHold,
    TicketReopened,
    TicketResolved,
    TicketSetPending,
)
from zhiyin.tickets.models import Ticket

_TOLD_BY: dict[str, Callable[..., Fact]] = {
    Ticket.Status.OPEN: TicketReopened,
    Ticket.Status.PENDING: TicketSetPending,
    Ticket.Status.ON_HOLD: TicketPutOnHold,
    Ticket.Status.SOLVED: TicketResolved,
    Ticket.Status.CLOSED: TicketClosed,
}
EDITABLE = ("subject", "priority", "category_id", "tags")


class NotAStatus(DomainError):
    code = "tickets.not_a_status"
    status = 422
    messages = {
        "zh": "不能改为状态“{wanted}”，可选：open、pending、on_hold、solved、closed。",
        "en": "A ticket can't be set to {wanted}; choose open, pending, on_hold, solved or closed.",
    }


class EditedMeanwhile(DomainError):
    code = "tickets.changed_meanwhile"
    status = 409
    messages = {
        "zh": "工单刚被他人修改，已为您刷新，请确认后再改。",
        "en": "Somebody changed this ticket just now; look at it as it is and change it again.",
    }


def lock_for(permission: str, *, ticket_id: int, by: Staff) -> Ticket:
    """The ticket, locked, if the person may act on it so; raises Ticket.DoesNotExist otherwise."""
    return Ticket.objects.visible_to(by, permission).select_for_update(of=("self",)).get(pk=ticket_id)


@transaction.atomic
def change_status(*, ticket_id: int, status: str, by: Staff, now: datetime) -> Ticket:
    """Move the ticket to another status."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    move_to_status(ticket, status, by=by, now=now)
    return ticket


def move_to_status(ticket: Ticket, status: str, *, by: Staff, now: datetime) -> None:
    """Change a locked ticket's status and tell it by name; nothing when it has it already."""
    if status not in _TOLD_BY:
        raise NotAStatus(wanted=status)
    was = ticket.status
    if was == status:
        return
    wake_if_snoozed(ticket, reason="staff", by=by, now=now)
    ticket.change_status(status, at=now)
    ticket.save(update_fields=["status", "solved_at", "waiting_since", "woken_at", "updated_at", "version"])
    emit(_TOLD_BY[status](ticket_id=ticket.pk, was=was, by_id=by.pk, at=now))


@transaction.atomic
def edit_ticket(*, ticket_id: int, changes: dict[str, Any], by: Staff, now: datetime) -> Ticket:
    """Change subject, priority, category or tags; `changes` maps EDITABLE names to values."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    changed = sorted(name for name in changes if getattr(ticket, name) != changes[name])
    if not changed:
        return ticket
    for name in changed:
        if name not in EDITABLE:
            raise ValueError(name)
        setattr(ticket, name, changes[name])
    ticket.touch(now)
    ticket.save(update_fields=[*changed, "updated_at", "version"])
    emit(TicketEdited(ticket_id=ticket.pk, fields=changed, by_id=by.pk, at=now))
    return ticket


def check_version(ticket: Ticket, seen: int | None) -> None:
    """Refuse a change made on an older view. Raises EditedMeanwhile."""
    if seen is not None and ticket.version != seen:
        raise EditedMeanwhile(version=ticket.version)
