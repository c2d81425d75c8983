"""A case as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiyin.procedures.conditions import Facts
from zhiyin.tickets.models import Ticket


def facts_of(ticket: Ticket, values: Mapping[str, Any]) -> Facts:
    """What conditions look at: these values, and the ticket as it is now."""
    return Facts(
        values=values,
        lineage=ticket.category.lineage if ticket.category else (),
        type_id=ticket.type_id,
        priority=ticket.priority,
        tier=ticket.customer.tier,
    )
