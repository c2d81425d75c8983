"""Which procedures begin on a ticket by themselves."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from zhiyin.procedures.models import Case, Definition, Version
from zhiyin.tickets.queries.fitting import fitting_trees


def fitting_procedures(ticket_id: int, *, now: datetime) -> list[Definition]:
    """Those in use whose newest version says that they begin on such a ticket, and that never ran on it; two queries,
    one where none begins by itself."""
    ran = Case.objects.filter(ticket=ticket_id).values("definition")
    newest = Version.objects.filter(number=F("definition__latest"), definition__active=True).exclude(
        starts={}
    )
    waiting = list(newest.exclude(definition__in=ran).select_related("definition").order_by("definition_id"))
    if not waiting:
        return []
    fits = fitting_trees(ticket_id, [version.starts for version in waiting], now=now)
    return [version.definition for version, does in zip(waiting, fits, strict=True) if does]
