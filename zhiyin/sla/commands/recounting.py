"""Counting many tickets anew, a few at a time: when policies or business hours have changed beneath them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.platform.timers.timers import set_timer
from zhiyin.sla.commands.counting import count_ticket
from zhiyin.sla.models import OPEN_STATES, Clock
from zhiyin.tickets.models import Ticket

TIMER = "sla.recount"
AT_A_TIME = 100


@transaction.atomic
def recount_tickets(*, now: datetime, calendar_id: int | None = None) -> None:
    """Have open tickets counted anew from the first on: all, or those with clocks of one calendar."""
    key = f"calendar:{calendar_id}" if calendar_id is not None else "all"
    set_timer(kind=TIMER, key=key, due_at=now, payload={"after": 0, "calendar_id": calendar_id})


@transaction.atomic
def go_on_recounting(*, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Count the next few, and come back for those behind them."""
    tickets = Ticket.objects.active().themselves().filter(pk__gt=payload["after"])
    if payload["calendar_id"] is not None:
        timed = Clock.objects.filter(calendar_id=payload["calendar_id"], state__in=OPEN_STATES)
        tickets = tickets.filter(pk__in=timed.values("ticket_id"))
    ids = list(tickets.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    for ticket_id in ids:
        count_ticket(ticket_id=ticket_id, now=now)
    if len(ids) == AT_A_TIME:
        set_timer(kind=TIMER, key=key, due_at=now, payload=payload | {"after": ids[-1]})
