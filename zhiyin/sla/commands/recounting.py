"""Counting many tickets anew, a few at a time: when policies, business hours or a customer have changed beneath them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.platform.timers.timers import set_timer
from zhiyin.sla.commands.counting import count_tickets
from zhiyin.sla.models import OPEN_STATES, Clock
from zhiyin.tickets.models import Ticket

TIMER = "sla.recount"
AT_A_TIME = 100


@transaction.atomic
def recount_tickets(*, now: datetime, calendar_id: int | None = None, customer_id: int | None = None) -> None:
    """Have open tickets counted anew from the first on: all, those with clocks of one calendar, or a customer's."""
    key = "all"
    if calendar_id is not None:
        key = f"calendar:{calendar_id}"
    elif customer_id is not None:
        key = f"customer:{customer_id}"
    payload = {"after": 0, "calendar_id": calendar_id, "customer_id": customer_id}
    set_timer(kind=TIMER, key=key, due_at=now, payload=payload)


@transaction.atomic
def go_on_recounting(*, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Count the next few, and come back for those behind them."""
    tickets = Ticket.objects.active().themselves().filter(pk__gt=payload["after"])
    if payload["calendar_id"] is not None:
        timed = Clock.objects.filter(calendar_id=payload["calendar_id"], state__in=OPEN_STATES)
        tickets = tickets.filter(pk__in=timed.values("ticket_id"))
    if payload.get("customer_id") is not None:  # timers of 0.1 don't name one
        tickets = tickets.filter(customer_id=payload["customer_id"])
    ids = list(tickets.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    count_tickets(moments=dict.fromkeys(ids, now))
    if len(ids) == AT_A_TIME:
        set_timer(kind=TIMER, key=key, due_at=now, payload=payload | {"after": ids[-1]})
