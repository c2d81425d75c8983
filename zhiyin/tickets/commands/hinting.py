"""Turning a hint down, for good and for everybody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.models import HintDismissal, Ticket


@transaction.atomic
def dismiss_hint(*, ticket_id: int, other_id: int, by: Staff, now: datetime) -> None:
    """Note that the two have nothing to do with each other; a second time changes nothing."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    other = Ticket.objects.visible_to(by).get(pk=other_id)
    HintDismissal.objects.get_or_create(ticket=ticket, other=other, defaults={"by": by, "at": now})
