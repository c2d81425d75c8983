"""Which case keeps a ticket from being done."""

from __future__ import annotations

from zhiyin.procedures.models import Case


def holding_case(ticket_id: int) -> Case | None:
    """The running case whose procedure holds the ticket until it comes to its end; one query."""
    running = Case.objects.running().filter(ticket_id=ticket_id, parent=None)
    holding = running.filter(version__content__holds_ticket=True)
    return holding.select_related("definition").order_by("pk").first()
