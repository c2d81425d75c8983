"""How often customers are to hear from us."""

from __future__ import annotations

from collections.abc import Collection

from zhiyin.procedures.models import Case, Rhythm, RhythmPolicy
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import roots_of


def asked_by_procedures(ticket_id: int) -> list[int]:
    """The rhythms that running procedures ask for on a ticket, in minutes; one query."""
    running = Case.objects.running().filter(ticket=ticket_id)
    asked = running.values_list("version__content__updates_minutes", flat=True)
    return [minutes for minutes in asked if minutes]


def concerned_by_rules(ticket_ids: Collection[int], policy: RhythmPolicy) -> set[int]:
    """Those of these tickets whose priority, or a procedure on them, asks for a rhythm, or that have one by a rule."""
    roots = roots_of(ticket_ids)
    asked = set(
        Case.objects.running()
        .filter(ticket__in=roots.values(), version__content__updates_minutes__gt=0)
        .values_list("ticket_id", flat=True)
    )
    asked |= set(
        Rhythm.objects.filter(ticket__in={*roots, *roots.values()}, by=None).values_list(
            "ticket_id", flat=True
        )
    )
    if priorities := [int(priority) for priority, minutes in policy.by_priority.items() if minutes]:
        urgent = Ticket.objects.filter(pk__in=roots.values(), priority__in=priorities)
        asked |= set(urgent.values_list("pk", flat=True))
    return {ticket_id for ticket_id, root in roots.items() if ticket_id in asked or root in asked}
