"""How often customers are to hear from us."""

from __future__ import annotations

from zhiyin.procedures.models import Case


def asked_by_procedures(ticket_id: int) -> list[int]:
    """The rhythms that running procedures ask for on a ticket, in minutes; one query."""
    running = Case.objects.running().filter(ticket=ticket_id)
    asked = running.values_list("version__content__updates_minutes", flat=True)
    return [minutes for minutes in asked if minutes]
