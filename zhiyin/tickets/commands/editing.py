"""One request of the desk that changes several things of a ticket at once, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.tickets.commands.assigning import assign_ticket, move_ticket
from zhiyin.tickets.commands.lifecycle import (
    EDITABLE,
    check_version,
    custom_status_for,
    edit_ticket,
    lock_for,
    move_to_status,
    set_custom_status,
)
from zhiyin.tickets.commands.linking import refuse_open_children
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class TicketChange:
    """New values by name (EDITABLE, status, custom_status_id, group_id, assignee_id), and the version seen.

    `fields` holds the values of custom fields by key, None for none; those it does not name stay.
    """

    values: dict[str, Any]
    seen_version: int | None = None
    despite_open_children: bool = False


@transaction.atomic
def change_ticket(*, ticket_id: int, change: TicketChange, by: Staff | None, now: datetime) -> Ticket:
    """Apply the change.

    Raises EditedMeanwhile when somebody changed the ticket since `seen_version`, OpenChildren when a parent would
    be done before its children.
    """
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    check_version(ticket, change.seen_version)
    if not change.despite_open_children:
        refuse_open_children(ticket, _status_of(ticket, change.values))
    edits = {name: value for name, value in change.values.items() if name in EDITABLE}
    if edits:
        ticket = edit_ticket(ticket_id=ticket_id, changes=edits, by=by, now=now)
    # after the fields: they may be what closing asks for
    _change_status(ticket, change.values, by=by, now=now)
    if "assignee_id" in change.values:
        ticket = assign_ticket(ticket_id=ticket_id, assignee_id=change.values["assignee_id"], by=by, now=now)
    if "group_id" in change.values:  # last: it may take the ticket out of the person's reach
        ticket = move_ticket(ticket_id=ticket_id, group_id=change.values["group_id"], by=by, now=now)
    return ticket


def _change_status(ticket: Ticket, values: dict[str, Any], *, by: Staff | None, now: datetime) -> None:
    """The fixed status, the custom one, or both; a custom one brings its fixed one along."""
    custom_id, status = values.get("custom_status_id"), _status_of(ticket, values)
    if status:
        move_to_status(ticket, status, by=by, now=now, custom_status_id=custom_id)
    if "custom_status_id" in values and custom_id is None:
        set_custom_status(ticket, None, by=by, now=now)


def _status_of(ticket: Ticket, values: dict[str, Any]) -> str | None:
    """The fixed status that the values ask for, by name or by a custom one inside it."""
    custom_id = values.get("custom_status_id")
    return values.get("status") or (custom_status_for(ticket, custom_id).status if custom_id else None)
